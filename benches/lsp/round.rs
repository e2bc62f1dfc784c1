//! One round of all sessions of a document.

use crate::Fallible;
use crate::document::Document;
use crate::measures::{Measures, Session};
use crate::servers::Kind;
use crate::sessions::{self, Extent, Seat};

type Step<'a> = &'a dyn Fn(&mut Seat, &mut Measures) -> Fallible<()>;

/// The servers take turns session by session, each round and each session another one first.
/// Returns what went wrong; a server with which something went wrong is left out of the rest.
pub fn run(
    document: &Document,
    number: usize,
    extent: Extent,
    measures: &mut Measures,
) -> Vec<String> {
    let mut failures = Vec::new();
    let mut kinds = Kind::ALL;
    kinds.rotate_left(number % Kind::ALL.len());
    let mut seats = Vec::new();
    for kind in kinds {
        match Seat::open(kind, document, number == 0, measures) {
            Ok(seat) => seats.push(seat),
            Err(error) => failures.push(format!("`{}`, opening: {error}", kind.name())),
        }
    }
    let keys = |session, seat: &mut Seat, measures: &mut Measures| {
        let (offset, keys) = match session {
            Session::Scheme => sessions::scheme(document, extent.keys)?,
            _ => sessions::entry(document, extent.keys)?,
        };
        seat.type_keys(document, (session, offset, &keys), extent, measures)
    };
    let mut turn = |name: &str, step: Step<'_>, seats: &mut Vec<Seat>, measures: &mut Measures| {
        if !seats.is_empty() {
            seats.rotate_left(1);
        }
        seats.retain_mut(|seat| match step(seat, measures) {
            Ok(()) => true,
            Err(error) => {
                failures.push(format!("`{}`, {name}: {error}", seat.client.kind.name()));
                false
            }
        });
    };
    let steps: [(&str, Step<'_>); 7] = [
        ("memory", &|seat, measures| seat.weigh(measures)),
        ("hover", &|seat, measures| seat.hover(document, measures)),
        ("completion", &|seat, measures| {
            seat.complete(document, measures)
        }),
        ("keys in a scheme", &|seat, measures| {
            keys(Session::Scheme, seat, measures)
        }),
        ("keys in a list", &|seat, measures| {
            keys(Session::Entry, seat, measures)
        }),
        ("a root key", &|seat, measures| {
            seat.break_root(document, extent, measures)
        }),
        ("edits at once", &|seat, measures| {
            seat.burst(document, extent, measures)
        }),
    ];
    for (name, step) in steps {
        turn(name, step, &mut seats, measures);
    }
    let steady = match number {
        0 => sessions::steady(&mut seats, document, extent, measures),
        _ => Ok(()),
    };
    turn(
        "closing",
        &|seat, measures| seat.close(measures),
        &mut seats,
        measures,
    );
    if let Err(error) = steady {
        failures.push(format!("30 edits a second: {error}"));
    }
    for seat in seats {
        let Seat { client, .. } = seat;
        let (name, stale) = (client.kind.name(), client.stale);
        if stale > 0 {
            failures.push(format!(
                "`{name}` published a version after a newer one {stale} times"
            ));
        }
        if let Err(error) = client.stop() {
            failures.push(format!("`{name}`, leaving: {error}"));
        }
    }
    failures
}
