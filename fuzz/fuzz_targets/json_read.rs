#![no_main]

mod sound;

use asyncapi_security_lsp::syntax::json;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((frame, depth, text)) = sound::input(data) else {
        return;
    };
    sound::check(text, frame, &json::read(text, frame, depth));
});
