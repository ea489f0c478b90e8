//! Paths and how they ended, added up for the functions over paths ([`super::path_function`]): rows of the same path are one.
//!
//! A path is a list of states, told apart by their names alone, whatever characters these hold. All distinct paths of a group are held in
//! memory, counted by [`PathCounts::size`].

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Int64Array, ListBuilder, StringViewArray, StringViewBuilder, StructArray};
use arrow::datatypes::{DataType, Decimal128Type, Field, Fields};
use datafusion::common::{HashMap, Result};
use std::sync::Arc;

use super::{fault, integer_sum};

/// Paths added up so far. A state is known by the number of its arrival.
#[derive(Debug)]
pub struct PathCounts {
    /// The function, for its messages.
    function: &'static str,
    numbers: HashMap<Box<str>, u32>,
    counts: HashMap<Box<[u32]>, Count>,
    /// Bytes names and paths hold beside their places.
    heap: usize,
}

/// How often a path was taken and ended so, and the rewards of its successes, in units of their last decimal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub successes: i64,
    pub failures: i64,
    pub reward: i128,
}

impl Count {
    pub fn total(&self) -> i128 {
        i128::from(self.successes) + i128::from(self.failures)
    }
}

/// The paths that somebody took, in the order of their names, which numbers do not depend on.
#[derive(Debug)]
pub struct Paths<'a> {
    /// The states of these paths in order; a path holds places in this list.
    pub names: Vec<&'a str>,
    pub rows: Vec<(Box<[u32]>, Count)>,
}

/// The type of paths as functions take them.
pub fn path_type() -> DataType {
    DataType::new_list(DataType::Utf8View, true)
}

/// The fields of [`PathCounts::columns`].
pub fn fields() -> Fields {
    Fields::from(vec![
        Field::new("path", path_type(), false),
        Field::new("successes", DataType::Int64, false),
        Field::new("failures", DataType::Int64, false),
        Field::new("reward", integer_sum::STATE, false),
    ])
}

impl PathCounts {
    pub fn new(function: &'static str) -> PathCounts {
        PathCounts { function, numbers: HashMap::new(), counts: HashMap::new(), heap: 0 }
    }

    /// Adds rows of `path`, `successes`, `failures` and, where there are some, rewards. A NULL path says nothing, a NULL count is 0.
    pub fn add(&mut self, columns: &[ArrayRef], rewards: Option<&ArrayRef>) -> Result<()> {
        let (paths, successes, failures) = (columns[0].as_list::<i32>(), columns[1].as_primitive(), columns[2].as_primitive());
        let rewards = rewards.map(|rewards| rewards.as_primitive::<Decimal128Type>());
        let (states, ends) = (paths.values().as_string_view(), paths.value_offsets());
        let count = |counts: &Int64Array, row: usize| if counts.is_valid(row) { counts.value(row) } else { 0 };
        let mut path = Vec::new();
        for row in (0..paths.len()).filter(|row| paths.is_valid(*row)) {
            self.read(states, ends[row] as usize..ends[row + 1] as usize, &mut path)?;
            let reward = rewards.filter(|rewards| rewards.is_valid(row)).map_or(0, |rewards| rewards.value(row));
            self.count(&path, Count { successes: count(successes, row), failures: count(failures, row), reward })?;
        }
        Ok(())
    }

    /// The numbers of some states in a row.
    fn read(&mut self, states: &StringViewArray, places: std::ops::Range<usize>, path: &mut Vec<u32>) -> Result<()> {
        path.clear();
        for place in places {
            if states.is_null(place) {
                return Err(fault(format!("{}: a state of a path is NULL; name it or leave it out", self.function)));
            }
            path.push(self.number(states.value(place))?);
        }
        match path.is_empty() {
            true => Err(fault(format!("{}: a path is empty; a path has one state at least, leave out those without", self.function))),
            false => Ok(()),
        }
    }

    fn number(&mut self, name: &str) -> Result<u32> {
        if let Some(number) = self.numbers.get(name) {
            return Ok(*number);
        }
        let next = u32::try_from(self.numbers.len())
            .map_err(|_| fault(format!("{}: more than 4,294,967,295 states in one group", self.function)))?;
        // What an allocator hands out.
        self.heap += name.len().next_multiple_of(16);
        self.numbers.insert(name.into(), next);
        Ok(next)
    }

    fn count(&mut self, path: &[u32], more: Count) -> Result<()> {
        let refused = |why: &str| fault(format!("{}: {why}", self.function));
        if more.successes < 0 || more.failures < 0 {
            return Err(refused("counts must not be negative"));
        }
        if more.successes == 0 && more.reward != 0 {
            return Err(refused("a row has a reward and no success; a reward is the sum over the successes of its row"));
        }
        let sums = self.counts.get(path).copied().unwrap_or_default();
        let counts = sums.successes.checked_add(more.successes).zip(sums.failures.checked_add(more.failures));
        let (successes, failures) = counts.ok_or_else(|| refused("the counts of a path do not fit a BIGINT"))?;
        let reward = sums.reward.checked_add(more.reward).ok_or_else(|| refused("the rewards of a path do not fit 38 digits"))?;
        let sums = Count { successes, failures, reward };
        if let Some(count) = self.counts.get_mut(path) {
            *count = sums;
        } else {
            self.heap += size_of_val(path).next_multiple_of(16);
            self.counts.insert(path.into(), sums);
        }
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The rows again, one for each path, in any order.
    pub fn columns(&self) -> Result<StructArray> {
        let mut names = vec![""; self.numbers.len()];
        self.numbers.iter().for_each(|(name, number)| names[*number as usize] = name);
        let mut paths = ListBuilder::new(StringViewBuilder::new());
        for path in self.counts.keys() {
            path.iter().for_each(|number| paths.values().append_value(names[*number as usize]));
            paths.append(true);
        }
        let counts = |of: fn(&Count) -> i64| Arc::new(Int64Array::from_iter_values(self.counts.values().map(of)));
        let rewards = Decimal128Array::from_iter_values(self.counts.values().map(|count| count.reward)).with_data_type(integer_sum::STATE);
        let columns: Vec<ArrayRef> =
            vec![Arc::new(paths.finish()), counts(|count| count.successes), counts(|count| count.failures), Arc::new(rewards)];
        Ok(StructArray::try_new(fields(), columns, None)?)
    }

    /// The paths taken at least once. What nobody took says nothing, not even that its states exist.
    pub fn paths(&self) -> Paths<'_> {
        let taken = || self.counts.iter().filter(|(_, count)| count.total() > 0);
        let mut used = vec![false; self.numbers.len()];
        taken().flat_map(|(path, _)| path).for_each(|number| used[*number as usize] = true);
        let mut named: Vec<(&str, u32)> = self.numbers.iter().map(|(name, number)| (name.as_ref(), *number)).collect();
        named.retain(|(_, number)| used[*number as usize]);
        named.sort_unstable();
        let mut places = vec![0; self.numbers.len()];
        named.iter().enumerate().for_each(|(place, (_, number))| places[*number as usize] = place as u32);
        let placed = |path: &[u32]| path.iter().map(|number| places[*number as usize]).collect();
        let mut rows: Vec<(Box<[u32]>, Count)> = taken().map(|(path, count)| (placed(path), *count)).collect();
        rows.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        Paths { names: named.into_iter().map(|(name, _)| name).collect(), rows }
    }

    /// Bytes beside those of the struct itself.
    pub fn heap_size(&self) -> usize {
        // A hash table keeps an eighth of its slots free, and a control byte for each.
        let slots = |capacity: usize, slot: usize| capacity * 8 / 7 * (slot + 1);
        let names = slots(self.numbers.capacity(), size_of::<(Box<str>, u32)>());
        names + slots(self.counts.capacity(), size_of::<(Box<[u32]>, Count)>()) + self.heap
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Rows as in a test: `A > B`, successes, failures, reward.
    pub type Row<'a> = (&'a str, i64, i64, i128);

    /// Paths with ` > ` between their states.
    pub fn counted(rows: &[Row<'_>]) -> PathCounts {
        let mut counts = PathCounts::new("test");
        for (path, successes, failures, reward) in rows {
            let path: Vec<u32> = path.split(" > ").map(|name| counts.number(name).unwrap()).collect();
            counts.count(&path, Count { successes: *successes, failures: *failures, reward: *reward }).unwrap();
        }
        counts
    }

    fn shown(counts: &PathCounts) -> Vec<(String, Count)> {
        let paths = counts.paths();
        let name = |path: &[u32]| path.iter().map(|place| paths.names[*place as usize]).collect::<Vec<_>>().join(" > ");
        paths.rows.iter().map(|(path, count)| (name(path), *count)).collect()
    }

    #[test]
    fn rows_of_one_path_are_one_and_paths_are_in_order() {
        let counts = counted(&[("b", 1, 0, 5), ("b > a", 0, 2, 0), ("c > never", 0, 0, 0), ("a > b", 1, 1, 7), ("b", 2, 3, -6)]);
        let of = |successes, failures, reward| Count { successes, failures, reward };
        assert_eq!(
            shown(&counts),
            [("a > b".to_string(), of(1, 1, 7)), ("b".to_string(), of(3, 3, -1)), ("b > a".to_string(), of(0, 2, 0)),]
        );
        assert_eq!(counts.paths().names, ["a", "b"]);
        let mut merged = counted(&[("a", 1, 0, 1), ("b > a", 4, 0, 4)]);
        let state = counts.columns().unwrap();
        merged.add(state.columns(), Some(state.column(3))).unwrap();
        assert_eq!(shown(&merged)[..2], [("a".to_string(), of(1, 0, 1)), ("a > b".to_string(), of(1, 1, 7))]);
        assert_eq!(shown(&merged)[3], ("b > a".to_string(), of(4, 2, 4)));
    }

    #[test]
    fn size_counts_names_and_paths() {
        let names: Vec<String> = (0..1000).map(|state| format!("{state:0>100}")).collect();
        let rows: Vec<Row> = names.iter().map(|name| (name.as_str(), 1, 0, 0)).collect();
        let (once, twice) = (counted(&rows).heap_size(), counted(&[rows.clone(), rows].concat()).heap_size());
        assert_eq!(once, twice);
        // Of 1000: a name of 112 bytes and its slot of 25, a path of 16 and its slot of 49.
        assert!((200_000..330_000).contains(&once), "{once}");
    }
}
