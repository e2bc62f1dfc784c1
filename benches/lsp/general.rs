//! What has to do with the size of no document: starts, and many documents at a time.

use std::time::Duration;

use asyncapi_security_lsp::syntax::document::Format;

use crate::Fallible;
use crate::client::Client;
use crate::document::Document;
use crate::measures::{Fact, Measures, Session};
use crate::options::Size;
use crate::process;
use crate::servers::Kind;

/// How many documents are open in the end.
pub fn documents(quick: bool) -> usize {
    if quick { 200 } else { 1_000 }
}

/// Starts all servers again and again, and opens many documents in each.
pub fn measure(quick: bool) -> Fallible<Measures> {
    let mut measures = Measures::default();
    let mut kinds = Kind::ALL;
    for _ in 0..if quick { 10 } else { 50 } {
        kinds.rotate_left(1);
        for kind in kinds {
            let (client, took) = Client::start(kind)?;
            measures.time(Session::Start, kind, took);
            client.stop()?;
        }
    }
    let size = Size {
        name: "4k".to_owned(),
        bytes: 4_000,
        faults: 0,
    };
    let document = Document::new(Format::Yaml, &size);
    for kind in Kind::ALL {
        open_many(kind, &document, documents(quick), &mut measures)?;
    }
    Ok(measures)
}

fn open_many(
    kind: Kind,
    document: &Document,
    count: usize,
    measures: &mut Measures,
) -> Fallible<()> {
    let (mut client, _) = Client::start(kind)?;
    let uri = |number: usize| format!("file:///bench/{number}.yaml");
    for number in 0..count {
        let uri = uri(number);
        let sent = client.open(&uri, document.language(), &document.text)?;
        let shown = client.published(&uri, 1)?;
        measures.time(Session::ManyOpen, kind, shown - sent);
    }
    client.rest(Duration::from_millis(300))?;
    if let Some(memory) = process::memory(client.process()) {
        measures.fact(Fact::Many, kind, memory.resident as f64);
    }
    let place = document.inside(&["components", "securitySchemes"]);
    let mut spot = document.spot(place.ok_or("the document has no schemes")?);
    let uri = uri(count / 2);
    for (key, version) in document.scheme_keys(200).iter().zip(2..) {
        let sent = client.change(&uri, version, [spot, spot], key)?;
        let shown = client.published(&uri, version)?;
        measures.time(Session::ManyKey, kind, shown - sent);
        spot = spot.after(key);
    }
    client.stop()
}
