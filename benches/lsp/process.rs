//! What the system says of a server's process. Only Linux shows that as files; elsewhere there is
//! nothing to say.

/// Memory of a process in KiB: what it has now, and the most that it ever had.
pub fn memory(id: u32) -> Option<[f64; 2]> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_ascii_whitespace().nth(1)?.parse().ok()
    };
    Some([field("VmRSS:")?, field("VmHWM:")?])
}
