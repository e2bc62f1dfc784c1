//! `check`: checks files and folders, and fixes them with `--fix`.
//!
//! Files are taken in batches. The documents of a batch are checked on several threads; what came
//! out is shown in the order of the files, and only then is anything searched or written.

mod fix;
mod fix_count;
mod known;
mod work;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::args::{CheckOptions, FailOn, OutputFormat};
use super::baseline::NewBaselines;
use super::checked::Checked;
use super::documents::workspace_of;
use super::formats::{self, Reports};
use super::input::{self, FileContent};
use super::output::{
    COULD_NOT_RUN, FINDINGS_SHOWN, NOTHING_SHOWN, Output, print_error, print_note,
};
use super::progress::Progress;
use super::settings::{Finder, Found};
use super::tally::Tally;
use super::targets::{self, Target, real_path};
use crate::analysis::Options;
use crate::rules::rule::Severity;
use crate::syntax::document::Document;
use crate::text::printable::one_line;
use crate::workspace::parallel::in_order;
use crate::workspace::source_file::SourceFile;
use crate::workspace::{Workspace, bounds};
use fix_count::FixCount;
use work::{Fixable, Job, Outcome, Shared, Source};

/// How many documents are in memory at once.
const BATCH: usize = 256;

/// Runs `check` and returns the exit code. If the reader of the output is gone, it is the code so
/// far.
///
/// # Errors
/// The output cannot be written.
pub fn run(options: &CheckOptions, output: &mut Output) -> io::Result<u8> {
    if options.unsafe_fixes && !(options.fix || options.diff) {
        print_error("this option needs `--fix`, which writes, or `--diff`, which shows");
        return Ok(COULD_NOT_RUN);
    }
    let formats = [
        OutputFormat::Text,
        OutputFormat::Concise,
        OutputFormat::Json,
    ];
    if options.statistics && !formats.contains(&options.format) {
        print_error("statistics have the formats `text`, `concise` and `json`");
        return Ok(COULD_NOT_RUN);
    }
    let reports = match Reports::new(options, output) {
        Ok(reports) => reports,
        Err(message) => {
            print_error(&message);
            return Ok(COULD_NOT_RUN);
        }
    };
    // What fails the run is shown.
    let fails = options.fail_on.and_then(FailOn::severity);
    let mut run = Run {
        options,
        arguments: arguments(options),
        level: fails.map_or(options.level, |fails| fails.max(options.level)),
        reports,
        output,
        seen: HashMap::new(),
        folders: HashSet::new(),
        settings: Finder::new(&options.settings),
        workspace: Workspace::default(),
        progress: Progress::new(options.quiet),
        tally: Tally::default(),
        ignores: BTreeMap::new(),
        new_baselines: NewBaselines::default(),
        fixed: FixCount::default(),
        failed: false,
    };
    if let Some(path) = options
        .baseline
        .as_deref()
        .filter(|_| !options.write_baseline)
        && let Err(message) = run.settings.set_baseline(path)
    {
        print_error(&message);
        return Ok(COULD_NOT_RUN);
    }
    let checked = run.all().and_then(|()| run.unused_ignores());
    run.add_gone();
    let code = run.code();
    match checked.and_then(|()| run.finish()) {
        // The reader has closed the output (`| head`).
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(code),
        result => result.map(|()| code),
    }
}

struct Run<'a> {
    options: &'a CheckOptions,
    /// What is to be checked.
    arguments: Vec<PathBuf>,
    /// The least severity that is shown.
    level: Severity,
    output: &'a mut Output,
    reports: Reports,
    /// The checked files, and whether each is an AsyncAPI document. A file that is named twice is
    /// checked once.
    seen: HashMap<PathBuf, bool>,
    /// Which of the arguments are folders with an AsyncAPI document.
    folders: HashSet<usize>,
    settings: Finder,
    /// The files that others refer to, or that refer to others.
    workspace: Workspace,
    progress: Progress,
    tally: Tally,
    /// By settings file: which of its ignores silence something.
    ignores: BTreeMap<PathBuf, BTreeSet<usize>>,
    new_baselines: NewBaselines,
    /// What `--fix` did, or with `--diff` would do.
    fixed: FixCount,
    /// Whether something could not be read.
    failed: bool,
}

/// What there is to do in a batch.
enum Step {
    /// The next job.
    Job,
    /// The file has its turn already, by another name.
    Again {
        real: PathBuf,
        folder: Option<usize>,
    },
    Other(Target),
}

impl Run<'_> {
    fn all(&mut self) -> io::Result<()> {
        let named = self.settings.named().map(Path::to_owned);
        self.settings_problems(named.as_deref())?;
        if self.failed {
            // What was named is not to be had, and other settings are not meant.
            return Ok(());
        }
        let targets = targets::of_arguments(&self.arguments);
        self.workspace = workspace_of(&targets, &self.arguments);
        let is_file = |target: &&Target| matches!(target, Target::File { .. });
        let files = targets.iter().filter(is_file).count();
        self.progress.begin("checking", files);
        let mut targets = targets.into_iter().peekable();
        while targets.peek().is_some() {
            self.batch(targets.by_ref().take(BATCH))?;
        }
        self.progress.finish();
        Ok(())
    }

    fn batch(&mut self, targets: impl Iterator<Item = Target>) -> io::Result<()> {
        let mut waiting = HashSet::new();
        let (mut steps, mut jobs) = (Vec::new(), Vec::new());
        for target in targets {
            steps.push(match target {
                Target::Input => {
                    jobs.push(self.standard_input());
                    Step::Job
                }
                Target::File { path, real, folder } => {
                    let real = real.unwrap_or_else(|| path.clone());
                    let is_new = !self.seen.contains_key(&real) && waiting.insert(real.clone());
                    if is_new {
                        jobs.push(self.job(path, real, folder));
                        Step::Job
                    } else {
                        Step::Again { real, folder }
                    }
                }
                other => Step::Other(other),
            });
        }
        let shared = self.shared();
        let outcomes = in_order(&jobs, |job| {
            let outcome = work::outcome(&shared, job);
            self.progress.step();
            outcome
        });
        let mut done = jobs.iter().zip(outcomes);
        let mut is_stale = false;
        for step in steps {
            match step {
                Step::Job => {
                    if let Some((job, outcome)) = done.next() {
                        let outcome = self.renewed(job, outcome, is_stale);
                        is_stale |= self.done(job, outcome)?;
                    }
                }
                Step::Again { real, folder } => {
                    let is_document = self.seen.get(&real) == Some(&true);
                    self.folders.extend(folder.filter(|_| is_document));
                }
                Step::Other(Target::FolderDone(at)) => self.folder_done(at),
                Step::Other(Target::PassedOver(path, why)) => self.note(&input::shown(&path), &why),
                Step::Other(Target::Problem(path, why)) => {
                    self.problem(&input::shown(&path), &why);
                }
                Step::Other(Target::Input | Target::File { .. }) => {}
            }
        }
        Ok(())
    }

    fn shared(&self) -> Shared<'_> {
        Shared {
            options: self.options,
            workspace: &self.workspace,
            detail: self.reports.detail,
            level: self.level,
        }
    }

    fn folder_done(&mut self, at: usize) {
        if !self.folders.contains(&at) {
            self.problem(&input::shown(&self.arguments[at]), targets::NO_DOCUMENT);
        }
    }

    fn standard_input(&mut self) -> Job {
        let path = self.options.stdin_filename.clone();
        let source = Source {
            real: path.as_deref().and_then(real_path),
            shown: (path.as_deref()).map_or_else(|| "<stdin>".to_owned(), input::shown),
            path,
            is_stream: true,
            folder: None,
        };
        self.stream(source, input::read(io::stdin().lock()))
    }

    fn job(&mut self, path: PathBuf, real: PathBuf, folder: Option<usize>) -> Job {
        let source = Source {
            real: Some(real),
            shown: input::shown(&path),
            is_stream: folder.is_none() && input::is_pipe(&path),
            path: Some(path),
            folder,
        };
        if source.is_stream {
            let path = source.path.as_deref().unwrap_or(Path::new(""));
            let content = input::read_file(path, true);
            return self.stream(source, content);
        }
        self.job_of(source, None)
    }

    /// What is read from a stream counts for other files as well.
    fn stream(&mut self, source: Source, content: io::Result<FileContent>) -> Job {
        if let (Some(real), Ok(FileContent::Text(text))) = (&source.real, &content) {
            self.open(real, &work::document_of(&source, text));
        }
        self.job_of(source, Some(content))
    }

    fn job_of(&mut self, source: Source, content: Option<io::Result<FileContent>>) -> Job {
        let place = source.real.clone().or_else(|| {
            let path = source.path.as_deref()?;
            std::path::absolute(path).ok()
        });
        let Found { effective, file } = self.settings.of(place.as_deref());
        Job {
            source,
            options: Options::of(effective),
            settings_file: file,
            content,
        }
    }

    /// The outcome of a job, again where that is needed: the file depends on one that was fixed in
    /// this batch (`is_stale`), or on those that are searched now.
    fn renewed(&mut self, job: &Job, outcome: Outcome, is_stale: bool) -> Outcome {
        let mut outcome = outcome;
        let real = job.source.real.as_deref();
        if is_stale && real.is_some_and(|real| self.workspace.is_connected(real)) {
            outcome = work::outcome(&self.shared(), job);
        }
        match (outcome, real) {
            (Outcome::Searching(before), Some(real)) => {
                let is_new = self.workspace.search_around(real);
                work::after_search(&self.shared(), job, *before, is_new)
            }
            (outcome, _) => outcome,
        }
    }

    /// Shows what came out; returns whether the text of a file was changed on which others may
    /// depend.
    fn done(&mut self, job: &Job, outcome: Outcome) -> io::Result<bool> {
        let source = &job.source;
        let mut is_changed = false;
        let is_document = match outcome {
            Outcome::Unreadable(error) => {
                self.problem(&source.shown, &error.to_string());
                false
            }
            Outcome::NotUtf8(offset) => {
                let message = format!("not UTF-8 at byte {offset}: save the file as UTF-8");
                self.problem(&source.shown, &message);
                true
            }
            Outcome::Failed(words) => self.not_checked(source, &words),
            Outcome::NotOurs | Outcome::Searching(_) => false,
            Outcome::Checked(checked) => {
                self.fixed.unsafely += checked.unsafely;
                self.options.diff || self.checked(*checked, job)?
            }
            Outcome::Fixable(fixable) if self.options.diff => {
                self.fixed.unsafely += fixable.unsafely;
                self.diff(source, &fixable)?
            }
            Outcome::Fixable(fixable) => {
                self.fixed.unsafely += fixable.unsafely;
                is_changed = self.fix(source, &fixable);
                let Fixable { before, after, .. } = *fixable;
                let analysis = if is_changed { after } else { before };
                match work::checked(&self.shared(), source, &analysis) {
                    Outcome::Checked(checked) => self.checked(*checked, job)?,
                    Outcome::Failed(words) => self.not_checked(source, &words),
                    _ => false,
                }
            }
        };
        if let Some(real) = &source.real {
            self.seen.insert(real.clone(), is_document);
        }
        self.folders.extend(source.folder.filter(|_| is_document));
        Ok(is_changed)
    }

    /// Says why a document is not checked; it is one all the same.
    fn not_checked(&mut self, source: &Source, words: &str) -> bool {
        self.problem(&source.shown, words);
        true
    }

    fn open(&mut self, real: &Path, document: &Document) {
        let repository = bounds::repository(real);
        let file = SourceFile::new(real.to_owned(), repository, document.clone());
        self.workspace.open(file);
        self.workspace.work(false);
    }

    fn checked(&mut self, mut checked: Checked, job: &Job) -> io::Result<bool> {
        if !checked.is_document() {
            let what = match checked.kind {
                "empty" => "is empty, nothing to check",
                _ => "is not an AsyncAPI document, nothing to check",
            };
            self.note(&checked.path, what);
        }
        self.settings_problems(job.settings_file.as_deref())?;
        if let Some(file) = &job.settings_file {
            let used = self.ignores.entry(file.clone()).or_default();
            used.append(&mut checked.ignores);
        }
        if self.options.write_baseline {
            self.keep(&mut checked, job);
        } else {
            self.show(&mut checked)?;
        }
        Ok(checked.is_document())
    }

    fn show(&mut self, checked: &mut Checked) -> io::Result<()> {
        if self.options.list_files {
            return match checked.is_document() {
                true => writeln!(self.output, "{}", one_line(&checked.path)),
                false => Ok(()),
            };
        }
        let not_shown = checked.filter(self.level, &self.options.settings.enable);
        self.tally.add(checked, not_shown);
        if self.options.fix {
            // What is left could not be.
            self.tally.fixable = 0;
        }
        if checked.diagnostics.is_empty() {
            return self.reports.document(checked, self.output);
        }
        self.progress.suspend(|| {
            self.reports.document(checked, self.output)?;
            match self.output.is_terminal() {
                true => self.output.flush(),
                false => Ok(()),
            }
        })
    }

    /// Shows the problems in the settings of a document, once. Settings with broken grammar fail the
    /// run, because the check may differ from what the user wanted.
    fn settings_problems(&mut self, path: Option<&Path>) -> io::Result<()> {
        if let Some(failure) = self.settings.take_failure() {
            self.problem(&failure.path, &failure.message);
        }
        let file = path.and_then(|path| self.settings.take_unreported(path));
        let Some((shown, mut file)) = file else {
            return Ok(());
        };
        if self.options.write_baseline {
            // It need not be there yet.
            file.problems.retain(|problem| problem.path != "baseline");
        }
        self.failed |= file.problems.iter().any(|problem| problem.is_grammar);
        self.show(&mut Checked::settings(shown, &file))
    }

    fn problem(&mut self, path: &str, message: &str) {
        self.failed = true;
        let words = format!("{}: {message}", one_line(path));
        self.progress.suspend(|| print_error(&words));
        self.reports.problem(path, message);
    }

    fn note(&self, path: &str, message: &str) {
        if !self.options.quiet {
            let words = format!("{}: {message}", one_line(path));
            self.progress.suspend(|| print_note(&words));
        }
    }

    fn would_change(&self) -> bool {
        self.options.diff && self.fixed.files > 0
    }

    fn finish(mut self) -> io::Result<()> {
        self.tally.failed = self.failed;
        let CheckOptions {
            fix, diff, quiet, ..
        } = *self.options;
        let has_more = self.fixed.unsafely > 0;
        if (self.would_change() || fix && !diff || has_more) && !quiet {
            print_note(&self.fixed.line(diff));
        }
        if self.options.write_baseline {
            return self.write_baselines();
        }
        if self.tally.gone > 0 && !quiet {
            let gone = match self.tally.gone {
                1 => "1 finding of the baseline is".to_owned(),
                many => format!("{many} findings of the baseline are"),
            };
            print_note(&format!(
                "{gone} gone; `check --write-baseline` forgets what is gone"
            ));
        }
        // A diff is read by programs, so nothing else is printed.
        if diff || self.options.list_files {
            return Ok(());
        }
        self.reports.finish(&self.tally, self.output)
    }

    fn code(&self) -> u8 {
        let fails = formats::fails(self.options);
        if self.failed {
            COULD_NOT_RUN
        } else if fails.is_some_and(|fails| self.tally.at_least(fails) > 0) || self.would_change() {
            FINDINGS_SHOWN
        } else {
            NOTHING_SHOWN
        }
    }
}

/// What to check. Who only says how standard input is called means standard input.
fn arguments(options: &CheckOptions) -> Vec<PathBuf> {
    match (&options.files[..], &options.stdin_filename) {
        ([], Some(_)) => vec![PathBuf::from("-")],
        ([], None) => vec![PathBuf::from(".")],
        (files, _) => files.to_vec(),
    }
}
