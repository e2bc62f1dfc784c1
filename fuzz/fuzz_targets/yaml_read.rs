#![no_main]

mod sound;

use asyncapi_security_lsp::syntax::yaml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((frame, depth, text)) = sound::input(data) else {
        return;
    };
    sound::check(text, frame, &yaml::read(text, frame, depth));
});
