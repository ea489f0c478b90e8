//! The absorbing Markov chain that counted paths describe.
//!
//! A state of the chain of order k is a window of k consecutive states of a path; a path shorter than k is one window. A window that
//! repeats the one before it is not counted again, so that `A > A > B` is one step from A to B at order 1, and passes AA and AB at order 2.
//! How often a step was taken is exact.

use std::collections::HashSet;

use datafusion::common::HashMap;

use super::path_counts::{Count, Paths};

/// The chain of one order.
#[derive(Debug)]
pub struct Chain<'a> {
    /// The windows in order. The first is empty: there every path starts.
    pub windows: Vec<&'a [u32]>,
    /// What follows each window.
    pub steps: Vec<Steps>,
}

/// What follows a window.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    /// Other windows, by place, and how often they came next; in order.
    pub next: Vec<(u32, i128)>,
    pub successes: i128,
    pub failures: i128,
    /// The sum of the rewards of the successes that followed.
    pub reward: i128,
}

impl Steps {
    /// How often the window was left.
    pub fn total(&self) -> i128 {
        self.next.iter().map(|(_, times)| times).sum::<i128>() + self.successes + self.failures
    }

    fn end(&mut self, count: &Count) {
        self.successes += i128::from(count.successes);
        self.failures += i128::from(count.failures);
        self.reward += count.reward;
    }
}

impl<'a> Chain<'a> {
    pub fn new(paths: &'a Paths, order: usize) -> Chain<'a> {
        let mut distinct: HashSet<&[u32]> = HashSet::from([&[][..]]);
        paths.rows.iter().for_each(|(path, _)| distinct.extend(windows(path, order)));
        let mut windows_in_order: Vec<&[u32]> = distinct.into_iter().collect();
        windows_in_order.sort_unstable();
        let places = windows_in_order.iter().enumerate().map(|(place, window)| (*window, place as u32));
        let places: HashMap<&[u32], u32> = places.collect();
        let mut steps = vec![Steps::default(); windows_in_order.len()];
        let mut taken: HashMap<(u32, u32), i128> = HashMap::new();
        for (path, count) in &paths.rows {
            let mut here = 0;
            for window in windows(path, order) {
                let next = places[window];
                *taken.entry((here, next)).or_default() += count.total();
                here = next;
            }
            steps[here as usize].end(count);
        }
        let mut taken: Vec<((u32, u32), i128)> = taken.into_iter().collect();
        taken.sort_unstable();
        taken.into_iter().for_each(|((from, to), times)| steps[from as usize].next.push((to, times)));
        Chain { windows: windows_in_order, steps }
    }
}

/// The windows of a path, each once where it repeats at once.
fn windows(path: &[u32], order: usize) -> impl Iterator<Item = &[u32]> {
    let width = order.min(path.len());
    let repeats = move |at: usize| at > 0 && path[at - 1..at - 1 + width] == path[at..at + width];
    path.windows(width).enumerate().filter(move |(at, _)| !repeats(*at)).map(|(_, window)| window)
}

/// The window in which a path ends.
pub fn last_window(path: &[u32], order: usize) -> &[u32] {
    &path[path.len() - order.min(path.len())..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::path_counts::tests::{Row, counted};

    /// A chain as lines: `from: to*times ... successes/failures reward`.
    fn check(rows: &[Row], order: usize, expected: &[&str]) {
        let counts = counted(rows);
        let paths = counts.paths();
        let chain = Chain::new(&paths, order);
        let name = |window: &[u32]| window.iter().map(|place| paths.names[*place as usize]).collect::<String>();
        let line = |(window, steps): (&&[u32], &Steps)| {
            let next = steps.next.iter().map(|(to, times)| format!("{}*{times} ", name(chain.windows[*to as usize])));
            format!("{}: {}{}/{} {}", name(window), next.collect::<String>(), steps.successes, steps.failures, steps.reward)
        };
        assert_eq!(chain.windows.iter().zip(&chain.steps).map(line).collect::<Vec<_>>(), expected, "order {order}");
    }

    #[test]
    fn windows_by_hand() {
        let rows = [("A > A > A > B", 2, 1, 9), ("B", 0, 4, 0), ("A > B > A > B", 1, 0, 5)];
        check(&rows, 1, &[": A*4 B*4 0/0 0", "A: B*5 0/0 0", "B: A*1 3/5 14"]);
        check(&rows, 2, &[": AA*3 AB*1 B*4 0/0 0", "AA: AB*3 0/0 0", "AB: BA*1 3/1 14", "B: 0/4 0", "BA: AB*1 0/0 0"]);
        check(&rows, 3, &[": AAA*3 ABA*1 B*4 0/0 0", "AAA: AAB*3 0/0 0", "AAB: 2/1 9", "ABA: BAB*1 0/0 0", "B: 0/4 0", "BAB: 1/0 5"]);
        assert_eq!((last_window(&[1, 2, 3], 2), last_window(&[1], 2)), (&[2, 3][..], &[1][..]));
    }
}
