//! What the system says of a server's process. Only Linux shows that as files; elsewhere there is
//! nothing to say.

use std::time::Duration;

/// Whether there is anything to be seen on this system.
pub const IS_KNOWN: bool = cfg!(target_os = "linux");

/// Memory of a process in KiB.
#[derive(Clone, Copy)]
pub struct Memory {
    /// What it has now.
    pub resident: u64,
    /// The most that it ever had.
    pub peak: u64,
}

/// The memory of a process.
pub fn memory(id: u32) -> Option<Memory> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_ascii_whitespace().nth(1)?.parse().ok()
    };
    Some(Memory {
        resident: field("VmRSS:")?,
        peak: field("VmHWM:")?,
    })
}

/// How long the threads of a process, which are there now, have run.
pub fn time(id: u32) -> Option<Duration> {
    let mut sum = 0;
    for thread in std::fs::read_dir(format!("/proc/{id}/task")).ok()? {
        // A thread may end between the two looks.
        let Ok(times) = std::fs::read_to_string(thread.ok()?.path().join("schedstat")) else {
            continue;
        };
        let nanoseconds: u64 = times.split_ascii_whitespace().next()?.parse().ok()?;
        sum += nanoseconds;
    }
    Some(Duration::from_nanos(sum))
}
