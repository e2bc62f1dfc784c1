//! Completion and hover at offsets of any text. Tests and fuzzing share it.

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::ide::completion::complete;
use asyncapi_security_lsp::ide::completion::item::CompletionOptions;
use asyncapi_security_lsp::ide::hover::hover;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Language;
use asyncapi_security_lsp::text::range::TextRange;

/// What was asked for, and what came.
#[derive(Default)]
pub struct Tally {
    pub texts: usize,
    pub offsets: usize,
    pub items: usize,
    pub hovers: usize,
}

impl Tally {
    pub fn tell(&self, what: &str) {
        let Self {
            texts,
            offsets,
            items,
            hovers,
        } = self;
        println!("{what}: {texts} texts, {offsets} offsets, {items} items, {hovers} hovers");
    }

    /// Asks at these offsets of a text. Panics if a range cannot be used.
    pub fn ask(&mut self, text: &str, language: Language, offsets: impl Iterator<Item = usize>) {
        self.texts += 1;
        let document = Document::new(text, language);
        let analysis = Analysis::new(document, Options::default(), None);
        for at in offsets.filter(|at| text.is_char_boundary(*at)) {
            self.offsets += 1;
            for is_asked in [true, false] {
                let options = CompletionOptions {
                    snippets: at % 2 == 0,
                    is_asked,
                };
                for item in complete(&analysis, at, options) {
                    self.items += 1;
                    let range = item.edit.range;
                    assert!(range.touches(at), "{at} {item:?}\n{text}");
                    let replaced = text.get(range.start()..range.end());
                    let fits = replaced.is_some_and(|replaced| !replaced.contains(['\n', '\r']));
                    assert!(fits, "{at} {item:?}\n{text}");
                    let above = item.also.as_ref().is_none_or(|also| {
                        also.range.end() <= range.start() && is_in(also.range, text)
                    });
                    assert!(above, "{at} {item:?}\n{text}");
                }
            }
            if let Some(hover) = hover(&analysis, at) {
                self.hovers += 1;
                let fits = hover.range.touches(at) && is_in(hover.range, text);
                assert!(fits, "{at} {hover:?}\n{text}");
            }
        }
    }
}

fn is_in(range: TextRange, text: &str) -> bool {
    text.get(range.start()..range.end()).is_some()
}
