//! Tables and their rows as they stand in the files. Knows the notation, no HTTP.

use std::path::{Path, PathBuf};

/// One file.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
}

/// One rule: what is asked and what must come back. Texts still hold their `{names}`.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// File and line.
    pub(super) at: String,
    /// The section and a sentence; a step that is no rule begins with a full stop.
    pub(super) rule: String,
    pub(super) request: Vec<String>,
    pub(super) answer: Vec<String>,
    /// Asked again until it holds.
    pub(super) is_patient: bool,
    /// A name, and where in the answer its value is.
    pub(super) keeps: Vec<(String, String)>,
}

impl Row {
    /// The section whose rule this is.
    pub(super) fn section(&self) -> Option<&str> {
        let (section, _) = self.rule.split_once(' ')?;
        (section != ".").then_some(section)
    }

    /// The row with `{1}`, `{2}`… replaced by the cells of an example.
    fn with(&self, cells: &[&str]) -> Self {
        let fill = |text: &String| {
            cells
                .iter()
                .enumerate()
                .fold(text.clone(), |text, (index, cell)| {
                    text.replace(&format!("{{{}}}", index + 1), cell)
                })
        };
        Self {
            at: self.at.clone(),
            rule: fill(&self.rule),
            request: self.request.iter().map(fill).collect(),
            answer: self.answer.iter().map(fill).collect(),
            is_patient: self.is_patient,
            keeps: self
                .keeps
                .iter()
                .map(|(name, source)| (fill(name), fill(source)))
                .collect(),
        }
    }
}

/// Every table, in the order of their names.
pub(super) fn tables() -> Vec<Table> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("contract");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder of tables")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "rows"))
        .collect();
    files.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a table");
        let name = path.file_stem().expect("a name").display().to_string();
        let rows = parse(&name, &text);
        Table { name, rows }
    };
    files.into_iter().map(read).collect()
}

fn parse(name: &str, text: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = Row::default();
    let mut examples: Vec<Vec<&str>> = Vec::new();
    for (number, line) in text.lines().chain([""]).enumerate() {
        let (sign, rest) = line.split_once(' ').unwrap_or((line, ""));
        match sign {
            "#" => {}
            "" => finish(
                &mut rows,
                std::mem::take(&mut row),
                &std::mem::take(&mut examples),
            ),
            ">" => row.request.push(rest.to_owned()),
            "<" => row.answer.push(rest.to_owned()),
            "<~" => {
                row.is_patient = true;
                row.answer.push(rest.to_owned());
            }
            "=" => {
                let (kept, source) = rest.split_once(' ').expect("= NAME SOURCE");
                row.keeps.push((kept.to_owned(), source.to_owned()));
            }
            "*" => examples.push(rest.split(" | ").map(str::trim).collect()),
            _ => {
                assert!(
                    row.rule.is_empty(),
                    "{name}:{}: two rules in one row",
                    number + 1
                );
                row.at = format!("{name}:{}", number + 1);
                line.clone_into(&mut row.rule);
            }
        }
    }
    rows
}

fn finish(rows: &mut Vec<Row>, row: Row, examples: &[Vec<&str>]) {
    if row.request.is_empty() {
        assert!(row.rule.is_empty(), "{}: a rule without a request", row.at);
        return;
    }
    assert!(
        !row.rule.is_empty(),
        "a request without a rule: {:?}",
        row.request
    );
    assert!(
        !row.answer.is_empty(),
        "{}: a request without an answer",
        row.at
    );
    if examples.is_empty() {
        rows.push(row);
    } else {
        rows.extend(examples.iter().map(|cells| row.with(cells)));
    }
}
