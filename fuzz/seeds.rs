//! `cargo run --bin seeds FOLDER`: writes the documents from which `fixes_and_completion` starts,
//! which are the fixtures, the examples on the pages of rules and the conformance cases.

#[path = "../tests/support/data.rs"]
#[allow(dead_code)]
mod data;
#[path = "../tests/laws/documents.rs"]
#[allow(dead_code)]
mod documents;
#[path = "../tests/support/outside.rs"]
#[allow(dead_code)]
mod outside;
#[path = "../tests/pages/page.rs"]
#[allow(dead_code)]
mod page;

use asyncapi_security_lsp::syntax::format::Format;

fn main() {
    let folder = std::env::args_os().nth(1).expect("a folder");
    let folder = std::path::PathBuf::from(folder);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let ours = documents::ours();
    let all = ours.into_iter().chain(documents::conformance());
    for (number, source) in all.enumerate() {
        let is_json = u8::from(source.format == Format::Json);
        // Every second one with all rules; the versions of fragments in turn.
        let head = [is_json + 2 * (number % 2) as u8, (number % 256) as u8];
        let seed = [&head[..], source.text.as_bytes()].concat();
        std::fs::write(folder.join(number.to_string()), seed).expect("a seed can be written");
    }
}
