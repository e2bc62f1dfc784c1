//! How long an editor waits: this server beside servers that do nothing, over real pipes, taking
//! turns, so that whatever else the machine does falls on all alike.
//!
//! `cargo build --release --example floor && cargo bench --bench roundtrip`

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const ROUNDS: usize = 2_000;
const WARM_UP: usize = 200;
const URI: &str = "file:///w/api.yaml";

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("roundtrip: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Fallible<()> {
    let own = PathBuf::from(env!("CARGO_BIN_EXE_asyncapi-security-lsp"));
    let floor = own.with_file_name("examples").join("floor");
    if !floor.exists() {
        return Err(format!(
            "{} is not built: see the head of this file",
            floor.display()
        )
        .into());
    }
    let mut peers = vec![
        Peer::start("this server", Command::new(&own).arg("lsp"))?,
        Peer::start("nothing, own transport", Command::new(&floor).arg("own"))?,
        Peer::start(
            "nothing, tower transport",
            Command::new(&floor).arg("tower"),
        )?,
    ];
    println!("didChange and hover, until the answer to hover ({ROUNDS} rounds)");
    for round in 0..WARM_UP + ROUNDS {
        for peer in &mut peers {
            let took = peer.change_and_hover(round)?;
            if round >= WARM_UP {
                peer.times.push(took);
            }
        }
    }
    peers.iter_mut().for_each(Peer::report);
    println!("didChange, until publishDiagnostics of that version ({ROUNDS} rounds)");
    let peer = &mut peers[0];
    for round in WARM_UP + ROUNDS..WARM_UP + 2 * ROUNDS {
        let took = peer.change_and_publish(round)?;
        peer.times.push(took);
    }
    peer.report();
    Ok(())
}

struct Peer {
    name: &'static str,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    times: Vec<Duration>,
}

impl Peer {
    fn start(name: &'static str, command: &mut Command) -> Fallible<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().ok_or("no input")?;
        let output = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut peer = Self {
            name,
            child,
            input,
            output,
            times: Vec::new(),
        };
        let parameters = json!({"processId": null, "capabilities": {}});
        peer.send(&json!({"id": 0, "method": "initialize", "params": parameters}))?;
        peer.wait(|message| message["id"] == 0)?;
        peer.send(&json!({"method": "initialized", "params": {}}))?;
        let document = json!({"uri": URI, "languageId": "yaml", "version": 0, "text": text()});
        let parameters = json!({"textDocument": document});
        peer.send(&json!({"method": "textDocument/didOpen", "params": parameters}))?;
        Ok(peer)
    }

    fn change_and_hover(&mut self, round: usize) -> Fallible<Duration> {
        let start = Instant::now();
        self.change(round)?;
        let position = json!({"line": 6, "character": 8});
        let parameters = json!({"textDocument": {"uri": URI}, "position": position});
        let id = round + 1;
        let message = json!({"id": id, "method": "textDocument/hover", "params": parameters});
        self.send(&message)?;
        self.wait(|message| message["id"] == id)?;
        Ok(start.elapsed())
    }

    fn change_and_publish(&mut self, round: usize) -> Fallible<Duration> {
        let start = Instant::now();
        self.change(round)?;
        self.wait(|message| message["params"]["version"] == round + 1)?;
        Ok(start.elapsed())
    }

    /// One keystroke in a description, which the next one takes back.
    fn change(&mut self, round: usize) -> Fallible<()> {
        let (end, text) = if round.is_multiple_of(2) {
            (17, "x")
        } else {
            (18, "")
        };
        let range = json!({
            "start": {"line": 5, "character": 17},
            "end": {"line": 5, "character": end},
        });
        let document = json!({"uri": URI, "version": round + 1});
        let changes = json!([{"range": range, "text": text}]);
        let parameters = json!({"textDocument": document, "contentChanges": changes});
        self.send(&json!({"method": "textDocument/didChange", "params": parameters}))
    }

    fn send(&mut self, message: &Value) -> Fallible<()> {
        let mut message = message.clone();
        message["jsonrpc"] = json!("2.0");
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len())?;
        Ok(self.input.flush()?)
    }

    fn wait(&mut self, is_meant: impl Fn(&Value) -> bool) -> Fallible<()> {
        loop {
            let mut length = 0;
            loop {
                let mut line = String::new();
                if self.output.read_line(&mut line)? == 0 {
                    return Err(format!("{} has ended", self.name).into());
                }
                if line == "\r\n" {
                    break;
                }
                if let Some(digits) = line.strip_prefix("Content-Length: ") {
                    length = digits.trim().parse()?;
                }
            }
            let mut body = vec![0; length];
            self.output.read_exact(&mut body)?;
            if is_meant(&serde_json::from_slice(&body)?) {
                return Ok(());
            }
        }
    }

    fn report(&mut self) {
        self.times.sort();
        let at = |share: usize| {
            let index = (self.times.len() * share / 1000).min(self.times.len() - 1);
            self.times[index].as_nanos() as f64 / 1e3
        };
        let (least, median, most) = (at(0), at(500), at(990));
        println!(
            "{:>26}: min {least:7.1}  p50 {median:7.1}  p95 {:7.1}  p99 {most:7.1} us",
            self.name,
            at(950),
        );
        self.times.clear();
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text() -> String {
    let mut text = String::from(
        "asyncapi: 3.0.0\ninfo:\n  title: Bench\ncomponents:\n  securitySchemes:\n    # description\n",
    );
    for number in 0..40 {
        text.push_str(&format!(
            "    scheme{number}:\n      type: http\n      scheme: bearer\n      description: number {number}\n"
        ));
    }
    text
}
