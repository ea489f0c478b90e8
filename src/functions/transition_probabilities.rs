//! `transition_probabilities(path, successes, failures)`: how often each step from state to state was taken, as a list of
//! `struct(from_state, to_state, transitions, probability)`, in the order of the states.
//!
//! It is the Markov chain of order 1 that [`super::removal_effects`] solves: a state that repeats at once is one. Paths begin in `(start)` and
//! end in `(success)` or `(failure)`; a state of such a name fails. The probabilities of the steps from a state sum to 1; steps nobody took
//! are not listed.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;
use datafusion::logical_expr::AggregateUDF;

use super::chain::Chain;
use super::fault;
use super::path_counts::Paths;
use super::path_function::{self, Given, Measure, Reward, Setting, names};

const START: &str = "(start)";
const SUCCESS: &str = "(success)";
const FAILURE: &str = "(failure)";

const MEASURE: Measure = Measure {
    name: "transition_probabilities",
    usage: "transition_probabilities(path, successes, failures)",
    reward: Reward::Absent,
    setting: Setting::None,
    answer,
    solve,
};

pub fn function() -> Arc<AggregateUDF> {
    path_function::function(&MEASURE)
}

fn answer() -> Fields {
    Fields::from(vec![
        Field::new("from_state", DataType::Utf8View, false),
        Field::new("to_state", DataType::Utf8View, false),
        Field::new("transitions", DataType::Int64, false),
        Field::new("probability", DataType::Float64, false),
    ])
}

/// A step: from, to, how often, and out of how many.
type Step<'a> = (&'a str, &'a str, i128, i128);

fn solve(paths: &Paths, _given: Given) -> Result<Vec<ArrayRef>> {
    if let Some(name) = [START, SUCCESS, FAILURE].iter().find(|name| paths.names.contains(name)) {
        return Err(fault(format!("transition_probabilities: a state is named {name}, which stands for an end of a path; rename it")));
    }
    let steps = steps(paths);
    let times = steps.iter().map(|step| i64::try_from(step.2)).collect::<Result<Vec<_>, _>>();
    let times = times.map_err(|_| fault("transition_probabilities: the transitions between two states do not fit a BIGINT"))?;
    Ok(vec![
        names(steps.iter().map(|step| step.0)),
        names(steps.iter().map(|step| step.1)),
        Arc::new(Int64Array::from(times)),
        Arc::new(Float64Array::from_iter_values(steps.iter().map(|step| step.2 as f64 / step.3 as f64))),
    ])
}

fn steps<'a>(paths: &Paths<'a>) -> Vec<Step<'a>> {
    let chain = Chain::new(paths, 1);
    let name = |place: usize| chain.windows[place].first().map_or(START, |state| paths.names[*state as usize]);
    let mut all = Vec::new();
    for (place, steps) in chain.steps.iter().enumerate() {
        let (from, total) = (name(place), steps.total());
        all.extend([(from, FAILURE, steps.failures, total), (from, SUCCESS, steps.successes, total)].into_iter().filter(|step| step.2 > 0));
        all.extend(steps.next.iter().map(|(to, times)| (from, name(*to as usize), *times, total)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::path_counts::tests::counted;
    use crate::functions::tests::{check, check_fault, integers, texts};
    use proptest::prelude::*;

    const STEPS: &str = "with s as (select unnest(transition_probabilities(string_to_array(p, '>'), s, f)) as s from t)
        select s['from_state'] as a, s['to_state'] as b, s['transitions'] as n, s['probability'] as p from s";

    #[tokio::test]
    async fn steps_by_hand() {
        let columns = [
            texts("p", &[Some("A>B"), Some("A>A>B>A"), Some("B"), Some("C"), None]),
            integers("s", &[Some(3), Some(1), Some(0), Some(0), Some(7)]),
            integers("f", &[Some(1), None, Some(5), Some(0), Some(7)]),
        ];
        let expected = [
            "(start) | A | 5 | 0.5",
            "(start) | B | 5 | 0.5",
            "A | (success) | 1 | 0.16666666666666666",
            "A | B | 5 | 0.8333333333333334",
            "B | (failure) | 6 | 0.6",
            "B | (success) | 3 | 0.3",
            "B | A | 1 | 0.1",
        ];
        check(&columns, STEPS, &expected).await;
        check(&columns, &STEPS.replace("from t", "from t where p = 'C'"), &[]).await;
    }

    #[tokio::test]
    async fn what_cannot_be() {
        let columns = [texts("p", &[Some("(start)")]), integers("s", &[Some(1)]), integers("f", &[Some(0)])];
        check_fault(&columns, STEPS, "a state is named (start)").await;
        check_fault(&columns, "select transition_probabilities(make_array(p), s) from t", "path is a list of text").await;
        let columns = [texts("p", &[Some("A"), Some("A>B")]), integers("s", &[Some(i64::MAX); 2]), integers("f", &[Some(0), Some(0)])];
        check_fault(&columns, STEPS, "do not fit a BIGINT").await;
        let columns = [texts("p", &[Some("A"), Some("A")]), integers("s", &[Some(i64::MAX); 2]), integers("f", &[Some(0), Some(0)])];
        check_fault(&columns, STEPS, "the counts of a path do not fit a BIGINT").await;
    }

    proptest! {
        /// What enters a state leaves it, and what leaves it sums to 1.
        #[test]
        fn flow_is_conserved(rows in prop::collection::vec(("[abc]( > [abc]){0,6}", 0i64..9, 0i64..9), 1..9)) {
            let counts = counted(&rows.iter().map(|row| (row.0.as_str(), row.1, row.2, 0)).collect::<Vec<_>>());
            let paths = counts.paths();
            let steps = steps(&paths);
            for name in &paths.names {
                let sum = |of: &dyn Fn(&Step) -> bool| steps.iter().filter(|step| of(step)).map(|step| step.2).sum::<i128>();
                let left = sum(&|step| step.0 == *name);
                prop_assert_eq!(sum(&|step| step.1 == *name), left);
                prop_assert!(steps.iter().filter(|step| step.0 == *name).all(|step| step.3 == left));
            }
        }
    }
}
