//! Memory of a server's process, which only Linux shows as files.

/// The memory of a process in KiB: current and peak.
pub fn memory(id: u32) -> Option<[f64; 2]> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_ascii_whitespace().nth(1)?.parse().ok()
    };
    Some([field("VmRSS:")?, field("VmHWM:")?])
}
