//! What an absorbing Markov chain pays until it ends: the solution of `x = pay + Q x`, exact but for the rounding of sums and products of
//! numbers that are not negative. Nothing is subtracted, so small values are as exact as large ones, and slow chains as exact as fast ones.
//!
//! States are taken out of the chain one by one, what they passed on going straight to where they passed it (state reduction: Grassmann,
//! Taksar, Heyman, Operations Research 33(5), 1985), as long as few others touch them. What is left is swept over from below (Gauss-Seidel):
//! the values can only grow, and the sweeps end when no bit moves. Where that would take many sweeps, more states are taken out first, in
//! the end all.

/// Kinds of pay followed at once.
pub const PAYS: usize = 3;

/// An amount of each kind of pay.
pub type Pays = [f64; PAYS];

/// Pairs of a neighbour before and one after a state, up to which it is taken out before the first sweep.
const FEW_PAIRS: usize = 16;
/// Sweeps before states with more pairs are taken out, times the root of these pairs: what a sweep costs a state, and what taking it out.
const SWEEPS: usize = 16;

/// A chain by what leaves each state. It starts in the first. From every state an end must be in reach.
#[derive(Debug, Default)]
pub struct Leaving {
    states: Vec<State>,
}

/// Amounts are in any unit: only their proportions count.
#[derive(Debug, Default)]
struct State {
    /// To others, in order; never to itself, which changes nothing.
    next: Vec<(u32, f64)>,
    /// To an end.
    ends: f64,
    /// What the steps that end pay together.
    pays: Pays,
    /// States it follows, in order.
    before: Vec<u32>,
    taken_out: bool,
}

impl State {
    fn total(&self) -> f64 {
        self.next.iter().fold(self.ends, |total, (_, times)| total + times)
    }

    /// What it is worth by the values of those that come next.
    fn value(&self, total: f64, values: &[Pays]) -> Pays {
        let mut sum = self.pays;
        for (next, times) in &self.next {
            let value = &values[*next as usize];
            (0..PAYS).for_each(|pay| sum[pay] += times * value[pay]);
        }
        sum.map(|sum| sum / total)
    }

    /// Adds a part of another's leaving to its own; the new neighbours this brings.
    fn take_over(&mut self, part: f64, own: u32, other: &State, gone: u32) -> Vec<u32> {
        self.ends += part * other.ends;
        (0..PAYS).for_each(|pay| self.pays[pay] += part * other.pays[pay]);
        let mut joined = Vec::with_capacity(self.next.len() + other.next.len());
        let mut met = Vec::new();
        let mut mine = self.next.iter().copied().filter(|(next, _)| *next != gone).peekable();
        for (next, times) in other.next.iter().filter(|(next, _)| *next != own) {
            while let Some(before) = mine.next_if(|mine| mine.0 < *next) {
                joined.push(before);
            }
            let known = mine.next_if(|mine| mine.0 == *next);
            if known.is_none() {
                met.push(*next);
            }
            joined.push((*next, known.map_or(0.0, |known| known.1) + part * times));
        }
        joined.extend(mine);
        self.next = joined;
        met
    }
}

impl Leaving {
    /// Adds a state: what goes on to where, how much ends, and what that pays.
    pub fn push(&mut self, next: Vec<(u32, f64)>, ends: f64, pays: Pays) {
        self.states.push(State { next, ends, pays, ..State::default() });
    }

    /// What each state that the first reaches pays until the end, on average.
    pub fn values(mut self) -> Vec<Pays> {
        self.meet();
        let mut gone = Vec::new();
        let mut few = FEW_PAIRS;
        (0..few.ilog2()).for_each(|power| self.take_out(1 << power, &mut gone));
        let mut values = loop {
            let before = gone.len();
            self.take_out(few, &mut gone);
            if (few == FEW_PAIRS || gone.len() > before)
                && let Some(values) = self.sweep(SWEEPS * few.isqrt())
            {
                break values;
            }
            few *= 2;
        };
        // What was taken out last goes on only to what is known.
        for place in gone.into_iter().rev() {
            let state = &self.states[place as usize];
            values[place as usize] = state.value(state.total(), &values);
        }
        values
    }

    fn meet(&mut self) {
        for place in 0..self.states.len() {
            for at in 0..self.states[place].next.len() {
                let next = self.states[place].next[at].0 as usize;
                self.states[next].before.push(place as u32);
            }
        }
    }

    /// Takes out the states with few neighbours, but the first.
    fn take_out(&mut self, few: usize, gone: &mut Vec<u32>) {
        for place in 1..self.states.len() as u32 {
            let state = &self.states[place as usize];
            if !state.taken_out && state.before.len() * state.next.len() <= few {
                self.bypass(place);
                gone.push(place);
            }
        }
    }

    fn bypass(&mut self, place: u32) {
        let mut state = std::mem::take(&mut self.states[place as usize]);
        let total = state.total();
        for (next, _) in &state.next {
            let before = &mut self.states[*next as usize].before;
            before.remove(before.binary_search(&place).expect("neighbours know each other"));
        }
        for before in std::mem::take(&mut state.before) {
            let other = &mut self.states[before as usize];
            let at = other.next.binary_search_by_key(&place, |next| next.0).expect("neighbours know each other");
            let part = other.next[at].1 / total;
            for met in other.take_over(part, before, &state, place) {
                let known = &mut self.states[met as usize].before;
                known.insert(known.partition_point(|one| *one < before), before);
            }
        }
        state.taken_out = true;
        self.states[place as usize] = state;
    }

    /// The values of the states left, unless they still move after so many sweeps.
    fn sweep(&self, sweeps: usize) -> Option<Vec<Pays>> {
        let order = self.last_first();
        let totals: Vec<f64> = order.iter().map(|place| self.states[*place as usize].total()).collect();
        let mut values = vec![[0.0; PAYS]; self.states.len()];
        for _ in 0..sweeps {
            let mut moved = false;
            for (place, total) in order.iter().map(|place| *place as usize).zip(&totals) {
                let value = self.states[place].value(*total, &values);
                moved |= value != values[place];
                values[place] = value;
            }
            if !moved {
                return Some(values);
            }
        }
        None
    }

    /// The states reached from the first, each after those that follow it as far as there is no circle.
    fn last_first(&self) -> Vec<u32> {
        let mut order = Vec::new();
        let mut seen = vec![false; self.states.len()];
        seen[0] = true;
        let mut open = vec![(0, 0)];
        while let Some((place, at)) = open.last_mut() {
            match self.states[*place as usize].next.get(*at) {
                Some((next, _)) => {
                    *at += 1;
                    if !std::mem::replace(&mut seen[*next as usize], true) {
                        open.push((*next, 0));
                    }
                }
                None => {
                    order.push(*place);
                    open.pop();
                }
            }
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(found: f64, expected: f64, precision: f64) {
        assert!((found - expected).abs() <= precision * expected.abs(), "{found}, not {expected}");
    }

    /// A coin of 1/3: until the first head, from two tosses apart. x = 1/3 pay + 2/3 x of the other: both are worth the pay.
    #[test]
    fn a_circle_by_hand() {
        let mut chain = Leaving::default();
        chain.push(vec![(1, 2.0)], 1.0, [6.0, 0.0, 1.0]);
        chain.push(vec![(0, 2.0)], 1.0, [6.0, 3.0, 0.0]);
        // Second pay: x0 = 2/3 x1, x1 = 1 + 2/3 x0, so x0 = 6/5; third: x0 = 1/3 + 4/9 x0 = 3/5.
        let values = chain.values();
        [6.0, 1.2, 0.6].into_iter().zip(values[0]).for_each(|(expected, found)| near(found, expected, 1e-15));
        [6.0, 1.8, 0.4].into_iter().zip(values[1]).for_each(|(expected, found)| near(found, expected, 1e-15));
    }

    /// A walk on 0..n that leaves each side with one in a million: every state is as good as the share of the pay among the ends.
    #[test]
    fn slow_chains_are_exact() {
        for states in [2u32, 40, 400] {
            let mut chain = Leaving::default();
            for place in 0..states {
                // Everybody meets everybody: nothing here is cheap to take out.
                let next = (0..states).filter(|next| *next != place).map(|next| (next, 1e6 / f64::from(states - 1)));
                chain.push(next.collect(), 1.0, [if place == 0 { 1.0 } else { 0.0 }, 0.25, 0.0]);
            }
            let values = chain.values();
            near(values[0][1], 0.25, 1e-12);
            // From the others by symmetry: x0 = (1 + m y) / (1 + m), y = (m/(n-1) x0 + m (n-2)/(n-1) y) / (1 + m).
            let (m, n) = (1e6, f64::from(states));
            near(values[0][0], 1.0 / (1.0 + m / (1.0 + m / (n - 1.0))), 1e-12);
        }
    }

    /// The same by elimination with subtraction, pivots as they come.
    fn by_elimination(states: &[(Vec<f64>, f64, f64)]) -> Vec<f64> {
        let total = |state: &(Vec<f64>, f64, f64)| state.0.iter().sum::<f64>() + state.1;
        let mut rows: Vec<Vec<f64>> = states
            .iter()
            .enumerate()
            .map(|(at, state)| {
                let cells = state.0.iter().enumerate().map(|(next, times)| f64::from(u8::from(at == next)) - times / total(state));
                cells.chain([state.2 / total(state)]).collect()
            })
            .collect();
        for pivot in 0..rows.len() {
            let by = rows[pivot].iter().map(|cell| cell / rows[pivot][pivot]).collect::<Vec<_>>();
            for (at, row) in rows.iter_mut().enumerate() {
                let times = row[pivot];
                row.iter_mut().zip(&by).for_each(|(cell, by)| *cell = if at == pivot { *by } else { *cell - times * by });
            }
        }
        rows.iter().map(|row| row[states.len()]).collect()
    }

    proptest! {
        #[test]
        fn agrees_with_elimination(
            times in prop::collection::vec(prop::collection::vec(prop_oneof![3 => Just(0.0), 1 => 0.0..9.0f64], 24), 24),
            ends in prop::collection::vec((0.1..2.0f64, 0.0..1.0f64), 24),
        ) {
            let mut chain = Leaving::default();
            let mut states = Vec::new();
            for (place, (times, (ends, pays))) in times.iter().zip(&ends).enumerate() {
                let times: Vec<f64> = times.iter().enumerate().map(|(next, times)| if next == place { 0.0 } else { *times }).collect();
                let next = times.iter().enumerate().filter(|(_, times)| **times > 0.0);
                chain.push(next.map(|(next, times)| (next as u32, *times)).collect(), *ends, [*pays, 0.0, *pays]);
                states.push((times, *ends, *pays));
            }
            let reached = { chain.meet(); chain.last_first() };
            chain.states.iter_mut().for_each(|state| state.before.clear());
            let (found, expected) = (chain.values(), by_elimination(&states));
            for place in reached {
                let (found, expected) = (found[place as usize], expected[place as usize]);
                prop_assert!((found[0] - expected).abs() <= 1e-11 * expected.abs(), "{} {}", found[0], expected);
                prop_assert_eq!(found[0].to_bits(), found[2].to_bits());
            }
        }
    }
}
