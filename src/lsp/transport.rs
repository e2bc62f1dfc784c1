//! Stdio as a queue in and a queue out. The base protocol of LSP 3.17: a header, an empty line,
//! a body of `Content-Length` bytes.
//!
//! Neither queue has a bound: a client that does not read cannot make the server deaf, and a
//! server that is busy cannot make the client wait. There are threads for both, but as long as
//! nobody is slow the loop reads and writes itself.

mod direct;
mod frames;
mod outbox;
mod reader;

use std::io::{Read, Write};

use tokio::runtime::{Builder, Runtime};

pub use frames::{Frames, Incoming, MAX_BODY_BYTES};
pub use outbox::Outbox;
pub use reader::Reader;

/// Where the loop runs: what has nothing to do reads.
///
/// # Errors
/// Where the system gives no runtime.
pub fn runtime(reader: Reader) -> std::io::Result<Runtime> {
    let woken = reader.clone();
    Builder::new_current_thread()
        .on_thread_park(move || reader.read())
        .on_thread_unpark(move || woken.goes_on())
        .build()
}

/// Standard input without the lock and the buffer of [`std::io::stdin`].
pub fn stdin() -> Box<dyn Read + Send> {
    match plain::stdin() {
        Ok(pipe) => Box::new(pipe),
        Err(_) => Box::new(std::io::stdin()),
    }
}

/// Standard output without the buffer of [`std::io::stdout`], which looks for line ends and so
/// writes each message in two pieces.
pub fn stdout() -> Box<dyn Write + Send> {
    match plain::stdout() {
        Ok(pipe) => Box::new(pipe),
        Err(_) => Box::new(std::io::stdout()),
    }
}

#[cfg(unix)]
mod plain {
    use std::io::{PipeReader, PipeWriter, Result};
    use std::os::fd::AsFd;

    pub fn stdin() -> Result<PipeReader> {
        Ok(std::io::stdin().as_fd().try_clone_to_owned()?.into())
    }

    pub fn stdout() -> Result<PipeWriter> {
        Ok(std::io::stdout().as_fd().try_clone_to_owned()?.into())
    }
}

#[cfg(windows)]
mod plain {
    use std::io::{PipeReader, PipeWriter, Result};
    use std::os::windows::io::AsHandle;

    pub fn stdin() -> Result<PipeReader> {
        Ok(std::io::stdin().as_handle().try_clone_to_owned()?.into())
    }

    pub fn stdout() -> Result<PipeWriter> {
        Ok(std::io::stdout().as_handle().try_clone_to_owned()?.into())
    }
}
