//! Rows that are given to a statement as one JSON text: its words, and so its plan, are the same for one row and for a
//! hundred.

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::Value;

/// What a given column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Number,
    Truth,
}

/// The columns of the given rows, by the names that the rows' JSON has them under.
pub(super) type Columns = &'static [(&'static str, Holds)];

/// The statement over `rows`. `words` makes it of the two dialects' ways of naming them.
pub(super) fn statement(
    on: &impl ConnectionTrait,
    columns: Columns,
    rows: Vec<Value>,
    words: impl FnOnce(&Dialect) -> String,
) -> Statement {
    let backend = on.get_database_backend();
    let sql = words(&Dialect { backend, columns });
    let rows = Value::Array(rows).to_string();
    Statement::from_sql_and_values(backend, sql, [rows.into()])
}

/// How a database names the given rows.
pub(super) struct Dialect {
    backend: DbBackend,
    columns: Columns,
}

impl Dialect {
    /// The given rows as a table called `given`.
    pub(super) fn rows(&self) -> String {
        let columns = |each: fn(&str, Holds) -> String| {
            let named: Vec<String> = self.columns.iter().map(|(n, h)| each(n, *h)).collect();
            named.join(", ")
        };
        if self.is_postgres() {
            let typed = columns(|name, holds| format!("{name} {}", postgres_type(holds)));
            format!("jsonb_to_recordset(($1::text)::jsonb) AS given({typed})")
        } else {
            let taken = columns(|name, _| format!("json_extract(value, '$.{name}') AS {name}"));
            format!("(SELECT {taken} FROM json_each(?1)) AS given")
        }
    }

    /// The given rows' columns, as an `INSERT` lists them and a `SELECT` takes them.
    pub(super) fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }

    /// Each given row beside the rows of `table` that fit it. They are found by index, one given row after the other: a
    /// plan that was made while the table was small must not read all of it once it is large.
    pub(super) fn each_with(&self, table: &str, fits: &str) -> String {
        self.nested(table, fits, "OFFSET 0")
    }

    /// As [`Self::each_with`], and each found row is locked, in the order in which the rows are given.
    pub(super) fn each_with_locked(&self, table: &str, fits: &str) -> String {
        self.nested(table, fits, "FOR UPDATE")
    }

    fn nested(&self, table: &str, fits: &str, how: &str) -> String {
        let rows = self.rows();
        if self.is_postgres() {
            let found = format!("SELECT * FROM {table} WHERE {fits} {how}");
            format!("{rows} CROSS JOIN LATERAL ({found}) AS {table}")
        } else {
            format!("{rows} CROSS JOIN {table} ON {fits}")
        }
    }

    /// `column` is one of the given values; found by its index, for the same reason.
    pub(super) fn among(&self, column: &str, given: &str) -> String {
        let values = format!("SELECT given.{given} FROM {}", self.rows());
        if self.is_postgres() {
            format!("{column} = ANY(ARRAY({values}))")
        } else {
            format!("{column} IN ({values})")
        }
    }

    fn is_postgres(&self) -> bool {
        self.backend == DbBackend::Postgres
    }
}

const fn postgres_type(holds: Holds) -> &'static str {
    match holds {
        Holds::Text => "text",
        Holds::Number => "bigint",
        Holds::Truth => "boolean",
    }
}
