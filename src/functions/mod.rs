//! What SQL cannot say, named as mathematics: every function is deterministic to the bit, whatever the order, batches and partitions its
//! rows come in.
//!
//! - [`apportion`]: shares of an amount that sum to it exactly (largest remainder).
//! - [`checked_sum`], [`checked_arithmetic`]: integers and decimals fail where DataFusion would wrap.
//! - [`exact_sum`]: sums and means of floats, rounded once.
//! - [`wilson_interval`], [`beta_prior`], [`beta_quantile`]: the interval of a rate, by itself and drawn to its like.
//! - [`logistic_regression`]: how what is known of a trial adds up to its odds.
//! - [`kaplan_meier`]: how long it takes, those included who still wait.
//! - [`connected_components`], [`correlation_clusters`]: who hangs together with whom.
//! - [`latent_class`]: what a hidden class looks like inside a mixture.
//! - [`transition_probabilities`], [`removal_effects`], [`chain_order_fit`]: the Markov chain of counted paths.
//! - [`shapley_values`]: what each player of a game is worth.
//! - [`decaying_levels`]: sums that shrink with time, within bounds.
//! - [`poisson_draw`]: chance that is the same every time.
//! - [`text_distance`]: how far two texts are from each other.
//! - [`utc_offset_s`]: what the clocks of a zone show.
//! - [`url_part`], [`url_parameter`], [`registrable_domain`]: what a URL is made of.
//! - [`email_part`], [`phone_part`]: what an address or a number is made of.
//! - [`nfkc`], [`fold_han`], [`pinyin`]: one spelling for many.
//! - [`longest_affix`]: the longest word of a list that a text starts or ends with.
//! - [`ordered_by`], [`collapse_runs`]: sequences from rows.
//! - [`check_character`]: the last character of a code that proves the others.
//!
//! Leaves out: anything a SELECT can say, and every word of a trade. To add a function, write its file and name it in [`all`].

mod absorption;
pub mod apportion;
pub mod beta_prior;
pub mod beta_quantile;
mod chain;
pub mod chain_order_fit;
pub mod check_character;
pub mod checked_arithmetic;
pub mod checked_sum;
pub mod collapse_runs;
pub mod connected_components;
pub mod correlation_clusters;
pub mod decaying_levels;
mod decaying_sum;
pub mod email_part;
pub mod exact_sum;
pub mod fold_han;
mod gamma;
mod integer_sum;
pub mod kaplan_meier;
mod largest_remainder;
pub mod latent_class;
mod logistic_likelihood;
pub mod logistic_regression;
pub mod longest_affix;
pub mod nfkc;
pub mod ordered_by;
mod path_counts;
mod path_function;
pub mod phone_part;
pub mod pinyin;
pub mod poisson_draw;
pub mod registrable_domain;
pub mod removal_effects;
pub mod shapley_values;
mod superaccumulator;
mod text;
pub mod text_distance;
pub mod transition_probabilities;
pub mod url_parameter;
pub mod url_part;
pub mod utc_offset_s;
pub mod wilson_interval;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use datafusion::error::DataFusionError;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};
use datafusion::optimizer::AnalyzerRule;
use datafusion::prelude::SessionContext;

use crate::error::Error;

/// The functions by kind, for any registry: a session here, an executor elsewhere.
#[derive(Clone, Debug)]
pub struct Functions {
    pub scalar: Vec<Arc<ScalarUDF>>,
    pub aggregate: Vec<Arc<AggregateUDF>>,
    pub window: Vec<Arc<WindowUDF>>,
}

/// The single list.
pub fn all() -> Functions {
    Functions {
        scalar: [
            checked_arithmetic::functions(),
            decaying_levels::functions(),
            longest_affix::functions(),
            text_distance::functions(),
            vec![
                beta_quantile::function(),
                check_character::function(),
                collapse_runs::function(),
                email_part::function(),
                fold_han::function(),
                nfkc::function(),
                ordered_by::function(),
                phone_part::function(),
                pinyin::function(),
                poisson_draw::function(),
                registrable_domain::function(),
                url_parameter::function(),
                url_part::function(),
                utc_offset_s::function(),
                wilson_interval::function(),
            ],
        ]
        .concat(),
        aggregate: vec![
            beta_prior::function(),
            chain_order_fit::function(),
            checked_sum::function(),
            connected_components::function(),
            correlation_clusters::function(),
            exact_sum::sum(),
            exact_sum::mean(),
            kaplan_meier::function(),
            latent_class::function(),
            logistic_regression::function(),
            removal_effects::function(),
            shapley_values::function(),
            transition_probabilities::function(),
        ],
        window: vec![apportion::function()],
    }
}

/// The rules that follow type coercion; a session without them wraps integers, lets `apportion` run without an order and
/// tells of a setting that is no literal when the query runs.
pub fn analyzer_rules() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    vec![Arc::new(checked_arithmetic::CheckedArithmetic), Arc::new(apportion::OrderKeys), Arc::new(path_function::LiteralSettings)]
}

/// Registers every function and rule on a session; once per session.
pub fn register(context: &SessionContext) {
    let functions = all();
    functions.scalar.iter().for_each(|function| context.register_udf(function.as_ref().clone()));
    functions.aggregate.iter().for_each(|function| context.register_udaf(function.as_ref().clone()));
    functions.window.iter().for_each(|function| context.register_udwf(function.as_ref().clone()));
    analyzer_rules().into_iter().for_each(|rule| context.add_analyzer_rule(rule));
}

/// Functions whose answer depends on the clock, on chance or on how files lie on disk (a test compares with DataFusion's own volatility).
pub const VOLATILE: &[&str] =
    &["current_date", "current_time", "current_timestamp", "file_row_index", "input_file_name", "now", "rand", "random", "today", "uuid"];

/// Aggregates that add floats in the order of arrival, so that their last bits depend on cores and batches: `sum` and `avg` when the argument is a
/// float (`exact_sum` and `exact_avg` are the way out), the others always.
pub const ARRIVAL_ORDERED_FLOATS: &[&str] = &[
    "approx_median",
    "approx_percentile_cont",
    "approx_percentile_cont_with_weight",
    "avg",
    "corr",
    "covar",
    "covar_pop",
    "covar_samp",
    "mean",
    "regr_avgx",
    "regr_avgy",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "sum",
    "var",
    "var_pop",
    "var_population",
    "var_samp",
    "var_sample",
];

/// The data asked for what has no answer. Reaches the caller as the root of the query's error, where it can be downcast.
fn fault(sentence: impl Into<String>) -> DataFusionError {
    DataFusionError::External(Box::new(Error::check(sentence)))
}
