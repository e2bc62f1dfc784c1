//! Writing without ever waiting, for the thread that must not wait.

#[cfg(target_os = "linux")]
pub use linux::Direct;
#[cfg(not(target_os = "linux"))]
pub use other::Direct;

#[cfg(target_os = "linux")]
mod linux {
    use std::io::IoSlice;
    use std::os::fd::{AsFd, OwnedFd};

    use rustix::io::{Errno, ReadWriteFlags, pwritev2};

    /// Where the file is now, and not at an offset of its own (pwritev2(2)).
    const HERE: u64 = u64::MAX;

    /// An output that can be told for each write not to wait. That it never waits
    /// (`O_NONBLOCK`) would hold for every process that has it open.
    #[derive(Debug)]
    pub struct Direct(OwnedFd);

    impl Direct {
        /// Standard output.
        pub fn stdout() -> Option<Self> {
            std::io::stdout()
                .as_fd()
                .try_clone_to_owned()
                .ok()
                .map(Self)
        }

        /// An output.
        #[cfg(test)]
        pub fn to(output: OwnedFd) -> Self {
            Self(output)
        }

        /// Writes as much as is taken at once and returns how many bytes that were; `None` where
        /// the output cannot be written to in this way.
        pub fn write(&self, bytes: &[u8]) -> Option<usize> {
            match pwritev2(
                &self.0,
                &[IoSlice::new(bytes)],
                HERE,
                ReadWriteFlags::NOWAIT,
            ) {
                Ok(written) => Some(written),
                Err(Errno::AGAIN | Errno::INTR) => Some(0),
                Err(_) => None,
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    /// Other systems have no such write.
    #[derive(Debug)]
    pub enum Direct {}

    impl Direct {
        /// None.
        pub fn stdout() -> Option<Self> {
            None
        }

        /// Cannot be called.
        pub fn write(&self, _: &[u8]) -> Option<usize> {
            match *self {}
        }
    }
}
