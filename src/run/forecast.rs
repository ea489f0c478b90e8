//! What a run would build, and why, without reading any data: objects are listed, stored facts are looked at.

use super::fingerprint::Ingredients;
use super::make::ingredients_of_last_run;
use super::{Observer, Run};
use crate::error::Result;
use crate::plan::{LEDGER, Plan, RAW, Step};
use crate::session::Session;
use std::collections::BTreeSet;

/// What would become of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    pub table: String,
    pub rebuilt: bool,
    pub why: String,
}

struct Silent;
impl Observer for Silent {}

/// One forecast per source and stored table, in build order.
pub async fn forecast(plan: &Plan) -> Result<Vec<Forecast>> {
    let session = Session::for_planning()?;
    let mut run = Run::open_to_look(plan, &session, &Silent).await?;
    let mut forecasts = Vec::new();
    // Tables whose next rows cannot be known yet.
    let mut open: BTreeSet<String> = BTreeSet::new();
    for source in &plan.sources {
        let name = format!("{RAW}.{source}");
        let why = run.forecast_source(source).await?;
        if why.is_some() {
            open.insert(name.clone());
        }
        forecasts.push(Forecast { table: name, rebuilt: why.is_some(), why: why.unwrap_or_else(|| "unchanged".into()) });
    }
    for table in &plan.tables {
        let name = table.name.to_string();
        let waiting = table.reads.iter().find(|read| open.contains(*read) || read.starts_with(LEDGER));
        let why = match (&table.step, waiting) {
            (Step::Union { .. }, Some(_)) => {
                open.insert(name);
                continue;
            }
            (Step::Union { .. }, None) => None,
            (_, Some(read)) if read.starts_with(LEDGER) => Some("the accounts of the run are known at its end".to_string()),
            (_, Some(read)) => Some(format!("{read} would be built")),
            (_, None) => {
                let ingredients =
                    Ingredients::of_table(table, |read| run.built.get(read).map_or(String::new(), |built| built.content.clone()));
                match run.work.find(&name, &ingredients.fingerprint()).await? {
                    Some(_) => None,
                    None => Some(ingredients.since(ingredients_of_last_run(&run.work, run.last.as_deref(), &name).await?.as_ref())),
                }
            }
        };
        match &why {
            Some(_) => drop(open.insert(name.clone())),
            None => run.build_tables(vec![table]).await?,
        }
        if !matches!(table.step, Step::Union { .. }) {
            forecasts.push(Forecast { table: name, rebuilt: why.is_some(), why: why.unwrap_or_else(|| "unchanged".into()) });
        }
    }
    Ok(forecasts)
}

impl Run<'_> {
    /// Why a source would be read again; `None` and its rows registered when all of its objects are stored.
    async fn forecast_source(&mut self, source: &str) -> Result<Option<String>> {
        let source = &self.plan.pipeline.sources[source];
        let store = self.store(&source.store).await?;
        let present = self.objects(&store, source).await?;
        let name = format!("{RAW}.{}", source.name);
        let mut new = Vec::new();
        for object in &present {
            let ingredients = Ingredients::of_object(source, &object.path, object.size, &object.etag);
            if self.work.find(&name, &ingredients.fingerprint()).await?.is_none() {
                new.push(object);
            }
        }
        if new.is_empty() {
            self.read_sources([source]).await?;
            return Ok(None);
        }
        let bytes: u64 = new.iter().map(|object| object.size).sum();
        Ok(Some(format!("{}, {:.1} MB to read", super::inputs::count(new.len(), "new object"), bytes as f64 / 1e6)))
    }
}
