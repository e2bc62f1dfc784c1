//! The objects and lists that are still open before a line of block YAML, by the tree.

use super::line::BlockLine;
use crate::ide::completion::cursor::line_at;
use crate::ide::role::Segment;
use crate::syntax::document::Document;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::Node;
use crate::text::Text;
use crate::text::range::TextRange;

/// How many blank lines and comments are skipped to find the line above.
const MAX_SKIPPED: usize = 200;

/// An object or list that is open before a line.
#[derive(Debug, Clone)]
pub struct OpenBlock<'t> {
    /// Its path.
    pub path: Vec<Segment>,
    /// The column of its keys or dashes.
    pub column: usize,
    pub sequence: bool,
    /// Its node, if the tree has it.
    pub node: Option<Node<'t>>,
    /// Whether it is a value that is not written yet: all columns from `column` on belong to it.
    pub fresh: bool,
    /// An offset in the object around it.
    pub anchor: usize,
}

impl OpenBlock<'_> {
    /// Whether a dash in that column starts an item of it. The dashes may be in the column of
    /// the key (YAML 1.2.2, 8.2.1).
    pub fn takes_dash(&self, column: usize) -> bool {
        if self.fresh {
            column + 1 >= self.column
        } else {
            self.sequence && column == self.column
        }
    }

    /// Whether something in that column belongs to it.
    pub fn fits(&self, column: usize) -> bool {
        if self.fresh {
            column >= self.column
        } else {
            column == self.column
        }
    }
}

/// What is open before a line, outermost first.
pub fn open_blocks(document: &Document, number: usize) -> Option<Vec<OpenBlock<'_>>> {
    let text = document.text();
    let tree = document.tree();
    let Some((start, line)) = line_before(text, number)? else {
        let root = tree.root();
        return Some(vec![OpenBlock {
            path: Vec::new(),
            column: 0,
            sequence: root.is_sequence(),
            node: root.is_mapping().then_some(root),
            fresh: false,
            anchor: 0,
        }]);
    };
    let last = TextRange::new(start, start + line.end);
    // A line that ends with a dash has no content to look up, so the dash is looked up.
    let at = if line.end <= line.content {
        start + line.dashes.last().copied().unwrap_or(line.indent)
    } else {
        start + line.content
    };
    let steps = tree.path_at(at);
    let typed = line_at(text, number)
        .filter(|(_, source)| !BlockLine::read(source).is_blank())
        .map(|(start, source)| TextRange::new(start, start + source.len()));
    let mut open_blocks = Vec::new();
    let mut path = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let node = step.node;
        let block = matches!(
            node.kind(),
            NodeKind::BlockMapping | NodeKind::BlockSequence
        );
        if !block {
            break;
        }
        let block = OpenBlock {
            path: path.clone(),
            column: column_of(text, node.range().start()),
            sequence: node.is_sequence(),
            node: Some(node),
            fresh: false,
            anchor: at,
        };
        open_blocks.push(block);
        match step.entry {
            Some(entry) => {
                path.push(Segment::Key(entry.key.value().to_owned()));
                if entry.key.range().start() == at {
                    below(
                        &mut open_blocks,
                        &path,
                        entry.value,
                        line.content + 1,
                        last,
                        text,
                        typed,
                    );
                }
            }
            None if index + 1 < steps.len() => path.push(Segment::Item),
            None => {}
        }
    }
    if line.end <= line.content
        && let Some(dash) = line.dashes.last()
    {
        item_of_dash(&mut open_blocks, *dash);
    }
    Some(open_blocks)
}

/// The value of the key on the line above, if it is not written yet or starts further down.
fn below<'t>(
    open_blocks: &mut Vec<OpenBlock<'t>>,
    path: &[Segment],
    value: Node<'t>,
    column: usize,
    last: TextRange,
    text: &Text,
    typed: Option<TextRange>,
) {
    let start = value.range().start();
    let further_down = start > last.end();
    // For the tree a lone word below a key is its value, but the user is typing a key. The same
    // holds for a word between a key and its value.
    let between = typed.is_some_and(|typed| start > typed.end());
    let fresh =
        value.is_missing() || (further_down && (between || value.kind() == NodeKind::Plain));
    if fresh {
        open_blocks.push(OpenBlock {
            path: path.to_vec(),
            column,
            sequence: false,
            node: None,
            fresh: true,
            anchor: last.start() + column - 1,
        });
    }
    if further_down && (value.is_mapping() || value.is_sequence()) {
        open_blocks.push(OpenBlock {
            path: path.to_vec(),
            column: column_of(text, start),
            sequence: value.is_sequence(),
            node: Some(value),
            fresh: false,
            anchor: start,
        });
    }
}

/// The item of a line that ends with a dash: it is not written yet.
fn item_of_dash(open_blocks: &mut Vec<OpenBlock<'_>>, dash: usize) {
    let Some(list) = open_blocks
        .iter()
        .rev()
        .find(|block| block.sequence && block.column == dash)
    else {
        return;
    };
    let mut path = list.path.clone();
    path.push(Segment::Item);
    let anchor = list.anchor;
    open_blocks.push(OpenBlock {
        path,
        column: dash + 1,
        sequence: false,
        node: None,
        fresh: true,
        anchor,
    });
}

/// The nearest line above with content; `Some(None)` at the start of a document.
fn line_before(text: &Text, number: usize) -> Option<Option<(usize, BlockLine)>> {
    for above in (number.saturating_sub(MAX_SKIPPED)..number).rev() {
        let (start, source) = line_at(text, above)?;
        if source.starts_with("---") || source.starts_with("...") || source.starts_with('%') {
            return Some(None);
        }
        let line = BlockLine::read(&source);
        if !line.is_blank() {
            return Some(Some((start, line)));
        }
    }
    (number <= MAX_SKIPPED).then_some(None)
}

/// The indentation of the nearest line below with content; 0 if there is none.
pub fn indent_below(text: &Text, number: usize) -> usize {
    line_below(text, number).map_or(0, |line| line.indent)
}

/// Whether the lines below are the value of a key in that column: deeper, or a list in it.
pub fn has_value_below(text: &Text, number: usize, column: usize) -> bool {
    line_below(text, number).is_some_and(|line| {
        line.indent > column || (line.indent == column && !line.dashes.is_empty())
    })
}

fn line_below(text: &Text, number: usize) -> Option<BlockLine> {
    (number + 1..(number + MAX_SKIPPED).min(text.line_count())).find_map(|below| {
        let (_, source) = line_at(text, below)?;
        let line = BlockLine::read(&source);
        (!line.is_blank()).then_some(line)
    })
}

fn column_of(text: &Text, offset: usize) -> usize {
    offset - text.line_start(text.line_of(offset))
}

/// One level of indentation, taken from the objects around.
pub fn unit(open_blocks: &[OpenBlock<'_>], own: &OpenBlock<'_>, column: usize) -> String {
    let columns: Vec<(usize, &[Segment])> = open_blocks
        .iter()
        .filter(|block| !block.fresh && !block.sequence)
        .map(|block| (block.column, &block.path[..]))
        .chain((!own.sequence).then_some((column, &own.path[..])))
        .collect();
    columns
        .windows(2)
        .rev()
        .find_map(|pair| {
            let [(outer, outer_path), (inner, path)] = pair else {
                return None;
            };
            let nested = path.len() == outer_path.len() + 1 && path.last() != Some(&Segment::Item);
            (nested && inner > outer).then(|| " ".repeat((inner - outer).min(8)))
        })
        .unwrap_or_else(|| "  ".to_owned())
}
