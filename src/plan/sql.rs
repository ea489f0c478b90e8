//! One SQL file as text -> one SELECT: what it reads, which parameters it takes, and its tokens. Nothing is planned here.

use crate::error::{Error, Place, Result};
use crate::functions::VOLATILE;
use crate::project::pipeline::Param;
use crate::project::types::Type;
use datafusion::sql::parser::Statement;
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::{
    self, Expr, ObjectName, Query, Statement as SqlStatement, Value, ValueWithSpan, visit_expressions, visit_expressions_mut,
    visit_relations,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan, Tokenizer};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// A file of more tokens than this is no table; deep expressions of that size overflow the stack of any planner.
const MAX_TOKENS: usize = 10_000;
/// Nesting of expressions and subqueries.
const MAX_DEPTH: usize = 50;

/// A parsed SELECT.
#[derive(Clone, Debug)]
pub struct Select {
    pub file: String,
    pub text: String,
    statement: Statement,
    /// Tables read, by full name, each with the place of its first mention.
    pub reads: BTreeMap<String, Place>,
    /// Parameters taken, without the `$`.
    pub params: BTreeMap<String, Place>,
    /// The text without comments and white space: what decides whether a table is built again.
    pub tokens: String,
}

impl Select {
    pub fn parse(file: &str, text: &str) -> Result<Select> {
        let dialect = GenericDialect {};
        let tokens = Tokenizer::new(&dialect, text)
            .tokenize_with_location()
            .map_err(|error| Error::faulty(error.message.clone()).at(place(file, text, Span::new(error.location, error.location))))?;
        if tokens.len() > 2 * MAX_TOKENS {
            return Err(Error::faulty(format!("this SQL has more than {MAX_TOKENS} tokens"))
                .at(Place::file(file))
                .hint("split it into tables"));
        }
        let significant = significant_tokens(&tokens);
        let statements = Parser::new(&dialect)
            .with_recursion_limit(MAX_DEPTH)
            .with_tokens_with_locations(tokens)
            .parse_statements()
            .map_err(|error| syntax_error(file, text, &error.to_string()))?;
        let query = only_select(file, text, statements)?;
        let mut select = Select {
            file: file.to_string(),
            text: text.to_string(),
            params: params(file, text, &query),
            reads: BTreeMap::new(),
            statement: Statement::Statement(Box::new(SqlStatement::Query(query))),
            tokens: significant,
        };
        select.reads = select.tables_read()?;
        select.refuse_volatile()?;
        Ok(select)
    }

    /// The statement with each `$name` replaced by its typed value.
    pub fn bound(&self, params: &BTreeMap<String, Param>) -> Statement {
        let mut statement = self.statement.clone();
        if let Statement::Statement(inner) = &mut statement {
            let _ = visit_expressions_mut(inner.as_mut(), |expr: &mut Expr| {
                if let Some(param) = placeholder(expr).and_then(|name| params.get(name)) {
                    *expr = literal(param);
                }
                ControlFlow::<()>::Continue(())
            });
        }
        statement
    }

    /// The place of a span of this text.
    pub fn place(&self, span: Span) -> Place {
        place(&self.file, &self.text, span)
    }

    /// The place of the last mention of a word, or the file.
    pub fn place_of_word(&self, word: &str) -> Place {
        let found = self.text.rmatch_indices(word).find(|(at, _)| {
            let before = self.text[..*at].chars().next_back();
            let after = self.text[at + word.len()..].chars().next();
            let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            !inside(before) && !inside(after)
        });
        match found {
            Some((at, _)) => Place::in_text(&self.file, &self.text, at, at + word.len()),
            None => Place::file(&self.file),
        }
    }

    fn query(&self) -> &SqlStatement {
        match &self.statement {
            Statement::Statement(inner) => inner,
            _ => unreachable!("built from a query alone"),
        }
    }

    fn tables_read(&self) -> Result<BTreeMap<String, Place>> {
        let (references, _) = resolve_table_references(&self.statement, true)
            .map_err(|error| Error::faulty(error.strip_backtrace()).at(Place::file(&self.file)))?;
        let names: BTreeSet<String> = references.iter().map(ToString::to_string).collect();
        let mut reads = BTreeMap::new();
        let _ = visit_relations(self.query(), |name: &ObjectName| {
            let full = full_name(name);
            if names.contains(&full) {
                reads.entry(full).or_insert_with(|| self.place(span_of(name)));
            }
            ControlFlow::<()>::Continue(())
        });
        for name in names {
            let place = reads.entry(name.clone()).or_insert_with(|| self.place_of_word(&name)).clone();
            if name.split('.').count() != 2 {
                let error = Error::faulty(format!("table `{name}` is not named as `folder.table`")).at(place);
                return Err(match name.split('.').collect::<Vec<_>>()[..] {
                    [folder, union, _] => {
                        error.hint(format!("SQL reads a member of a union as rows of `{folder}.{union}`, by the column of its name"))
                    }
                    _ => error,
                });
            }
        }
        Ok(reads)
    }

    fn refuse_volatile(&self) -> Result<()> {
        let found = visit_expressions(self.query(), |expr: &Expr| match expr {
            Expr::Function(function) if VOLATILE.contains(&full_name(&function.name).as_str()) => ControlFlow::Break(function.name.clone()),
            _ => ControlFlow::Continue(()),
        });
        match found {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(name) => Err(Error::faulty(format!("`{}` gives another answer on every run", full_name(&name)))
                .at(self.place(span_of(&name)))
                .hint("take the time as a parameter: `$as_of` is the day the run stands for")),
        }
    }
}

fn only_select(file: &str, text: &str, statements: Vec<SqlStatement>) -> Result<Box<Query>> {
    let count = statements.len();
    match (count, statements.into_iter().next()) {
        (1, Some(SqlStatement::Query(query))) if is_select(&query) => Ok(query),
        (0, _) => Err(Error::faulty("there is no SELECT in this file").at(Place::file(file))),
        (1, Some(_)) => Err(Error::faulty("only one SELECT may stand in this file, no other statement").at(first_word(file, text))),
        _ => Err(Error::faulty(format!("one SELECT is expected, {count} statements were found")).at(first_word(file, text))),
    }
}

fn is_select(query: &Query) -> bool {
    fn body(set: &ast::SetExpr) -> bool {
        match set {
            ast::SetExpr::Select(select) => select.into.is_none(),
            ast::SetExpr::Query(query) => is_select(query),
            ast::SetExpr::SetOperation { left, right, .. } => body(left) && body(right),
            ast::SetExpr::Values(_) => true,
            _ => false,
        }
    }
    let ctes = query.with.as_ref().is_none_or(|with| with.cte_tables.iter().all(|cte| is_select(&cte.query)));
    ctes && query.locks.is_empty() && body(&query.body)
}

fn params(file: &str, text: &str, query: &Query) -> BTreeMap<String, Place> {
    let mut params = BTreeMap::new();
    let _ = visit_expressions(query, |expr: &Expr| {
        if let (Some(name), Expr::Value(value)) = (placeholder(expr), expr) {
            params.entry(name.to_string()).or_insert_with(|| place(file, text, value.span));
        }
        ControlFlow::<()>::Continue(())
    });
    params
}

fn placeholder(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(ValueWithSpan { value: Value::Placeholder(name), .. }) => Some(name.trim_start_matches('$')),
        _ => None,
    }
}

/// `cast('value' as type)`: the type travels with the value, whatever the context. Text stays a bare literal, since some places of SQL (a time
/// zone) take nothing else.
fn literal(param: &Param) -> Expr {
    let quoted = format!("'{}'", param.value.replace('\'', "''"));
    let text = match param.ty {
        Type::Text => quoted,
        Type::Timestamp => format!("cast({quoted} as timestamptz)"),
        other => format!("cast({quoted} as {other})"),
    };
    Parser::new(&GenericDialect {})
        .try_with_sql(&text)
        .and_then(|mut parser| parser.parse_expr())
        .expect("a quoted value and a type word of ours always parse")
}

fn full_name(name: &ObjectName) -> String {
    let parts = name.0.iter().map(|part| match part.as_ident() {
        Some(ident) if ident.quote_style.is_none() => ident.value.to_lowercase(),
        Some(ident) => ident.value.clone(),
        None => part.to_string(),
    });
    parts.collect::<Vec<_>>().join(".")
}

fn span_of(name: &ObjectName) -> Span {
    let spans = name.0.iter().filter_map(|part| part.as_ident().map(|ident| ident.span));
    Span::union_iter(spans)
}

fn place(file: &str, text: &str, span: Span) -> Place {
    if span.start.line == 0 {
        return Place::file(file);
    }
    let width = if span.end.line == span.start.line { span.end.column.saturating_sub(span.start.column) } else { 1 };
    Place::at(file, text, span.start.line as usize, span.start.column as usize, width as usize)
}

fn first_word(file: &str, text: &str) -> Place {
    let start = text.len() - text.trim_start().len();
    let end = text[start..].find(char::is_whitespace).map_or(text.len(), |at| start + at);
    Place::in_text(file, text, start, end)
}

/// The parser tells the place in words: "... at Line: 3, Column: 7".
fn syntax_error(file: &str, text: &str, message: &str) -> Error {
    let message = message.strip_prefix("sql parser error: ").unwrap_or(message);
    let Some((sentence, position)) = message.rsplit_once(" at Line: ") else {
        return Error::faulty(message).at(Place::file(file));
    };
    let numbers: Vec<usize> = position.split(", Column: ").filter_map(|number| number.trim().parse().ok()).collect();
    let place = match numbers[..] {
        [line, column] => Place::at(file, text, line, column, word_width(text, line, column)),
        _ => Place::file(file),
    };
    Error::faulty(sentence).at(place)
}

fn word_width(text: &str, line: usize, column: usize) -> usize {
    let word = text.lines().nth(line.saturating_sub(1)).into_iter().flat_map(|text| text.chars().skip(column.saturating_sub(1)));
    word.take_while(|c| c.is_alphanumeric() || *c == '_').count().max(1)
}

fn significant_tokens(tokens: &[TokenWithSpan]) -> String {
    let words = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).map(|token| token.token.to_string());
    words.collect::<Vec<_>>().join("\u{1f}")
}
