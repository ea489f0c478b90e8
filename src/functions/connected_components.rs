//! `connected_components(a, b)`: the connected components of the graph whose edges are the rows, as a list of `struct(node, component)`.
//!
//! A component is named after its smallest node (text by its bytes, as everywhere in DataFusion); nodes come in ascending order, so the
//! answer depends on the set of edges alone. `(a, NULL)` makes `a` a node without edges; loops and repeated edges change nothing; no node
//! at all gives NULL. Nodes are BIGINT, or text (returned as the string view that DataFusion reads text as). All nodes of a group are held
//! in memory, counted by `size()`: it can fail at the memory limit, not spill. In SQL:
//!
//! ```sql
//! with components as (
//!     select unnest(connected_components(left_id, right_id)) as pair from identity.match_pairs
//! )
//! select pair['node'] as node, pair['component'] as component from components
//! ```

use std::borrow::Borrow;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringViewBuilder, StructArray};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Int64Type};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{HashMap, Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, ReversedUDAF, Signature, Volatility};

use super::fault;

pub fn function() -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(ConnectedComponents { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ConnectedComponents {
    signature: Signature,
}

impl AggregateUDFImpl for ConnectedComponents {
    fn name(&self) -> &str {
        "connected_components"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let of = |wanted: fn(&DataType) -> bool| arguments.iter().all(|argument| wanted(argument) || argument.is_null());
        match arguments {
            [_, _] if of(DataType::is_integer) => Ok(vec![DataType::Int64; 2]),
            [_, _] if of(DataType::is_string) => Ok(vec![DataType::Utf8View; 2]),
            _ => plan_err!("connected_components takes the two ends of an edge, both BIGINT or both text"),
        }
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(Arc::new(Field::new_list_field(DataType::Struct(pair(&arguments[0])), true))))
    }

    /// The components so far are edges, from each node to a member of its component.
    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format_state_name(arguments.name, "components"), arguments.return_type().clone(), true))])
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        match arguments.expr_fields[0].data_type() {
            DataType::Int64 => Ok(Box::new(Components::<i64>::default())),
            _ => Ok(Box::new(Components::<Box<str>>::default())),
        }
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

fn pair(node: &DataType) -> Fields {
    Fields::from(vec![Field::new("node", node.clone(), false), Field::new("component", node.clone(), false)])
}

/// Disjoint sets of nodes; a node is known by the number of its arrival.
#[derive(Debug, Default)]
struct Components<N> {
    numbers: HashMap<N, u32>,
    /// A member of the same component, itself or one that arrived earlier.
    parents: Vec<u32>,
    /// Bytes the nodes hold beside their place in `numbers`.
    heap: usize,
}

impl<N: Node> Components<N> {
    fn add_edges(&mut self, left: &ArrayRef, right: &ArrayRef) -> Result<()> {
        for row in 0..left.len() {
            let left = left.is_valid(row).then(|| self.number(N::at(left, row))).transpose()?;
            let right = right.is_valid(row).then(|| self.number(N::at(right, row))).transpose()?;
            if let (Some(left), Some(right)) = (left, right) {
                let (left, right) = (self.root(left), self.root(right));
                self.parents[left.max(right) as usize] = left.min(right);
            }
        }
        Ok(())
    }

    fn number(&mut self, node: &N::Key) -> Result<u32> {
        if let Some(number) = self.numbers.get(node) {
            return Ok(*number);
        }
        // A list counts its rows in 31 bits.
        let next = i32::try_from(self.parents.len())
            .map_err(|_| fault("connected_components: more than 2,147,483,647 nodes in one group"))? as u32;
        let node = N::own(node);
        self.heap += node.heap_size();
        self.numbers.insert(node, next);
        self.parents.push(next);
        Ok(next)
    }

    /// The first member of the component; shortens the way there by half.
    fn root(&mut self, mut node: u32) -> u32 {
        while self.parents[node as usize] != node {
            let grandparent = self.parents[self.parents[node as usize] as usize];
            self.parents[node as usize] = grandparent;
            node = grandparent;
        }
        node
    }

    /// The first member of every node's component, by number of arrival.
    fn roots(&self) -> Vec<u32> {
        let mut roots = self.parents.clone();
        // Parents come before their children, so theirs are roots already.
        (0..roots.len()).for_each(|node| roots[node] = roots[roots[node] as usize]);
        roots
    }

    /// Every node with the smallest of its component, by node.
    fn pairs(&self) -> Vec<(&N, &N)> {
        let roots = self.roots();
        let mut nodes: Vec<(&N, u32)> = self.numbers.iter().map(|(node, number)| (node, *number)).collect();
        nodes.sort_unstable();
        let mut smallest: Vec<Option<&N>> = vec![None; roots.len()];
        nodes.into_iter().map(|(node, number)| (node, *smallest[roots[number as usize] as usize].get_or_insert(node))).collect()
    }

    /// Every node with some member of its component, in any order: enough to merge with others, and no sort.
    fn links(&self) -> Vec<(&N, &N)> {
        let mut nodes: Vec<Option<&N>> = vec![None; self.parents.len()];
        self.numbers.iter().for_each(|(node, number)| nodes[*number as usize] = Some(node));
        let nodes: Vec<&N> = nodes.into_iter().map(|node| node.expect("every number has its node")).collect();
        nodes.iter().zip(self.roots()).map(|(node, root)| (*node, nodes[root as usize])).collect()
    }
}

/// A list of pairs; NULL when there are none.
fn list<N: Node>(pairs: &[(&N, &N)]) -> Result<ScalarValue> {
    let fields = pair(&N::TYPE);
    if pairs.is_empty() {
        return ScalarValue::try_from(DataType::List(Arc::new(Field::new_list_field(DataType::Struct(fields), true))));
    }
    let columns = vec![N::array(pairs.iter().map(|pair| pair.0)), N::array(pairs.iter().map(|pair| pair.1))];
    Ok(SingleRowListArrayBuilder::new(Arc::new(StructArray::try_new(fields, columns, None)?)).build_list_scalar())
}

impl<N: Node> Accumulator for Components<N> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add_edges(&values[0], &values[1])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        states[0].as_list::<i32>().iter().flatten().try_for_each(|pairs| {
            let pairs = pairs.as_struct();
            self.add_edges(pairs.column(0), pairs.column(1))
        })
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![list(&self.links())?])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        list(&self.pairs())
    }

    fn size(&self) -> usize {
        // A hash table keeps an eighth of its slots free, and a control byte for each.
        let slots = self.numbers.capacity() * 8 / 7;
        size_of_val(self) + slots * (size_of::<(N, u32)>() + 1) + self.parents.capacity() * size_of::<u32>() + self.heap
    }
}

/// A type nodes can have.
trait Node: Borrow<Self::Key> + Debug + Default + Hash + Ord + Send + Sync + 'static {
    type Key: Hash + Eq + ?Sized;
    const TYPE: DataType;

    fn at(array: &ArrayRef, row: usize) -> &Self::Key;
    fn own(key: &Self::Key) -> Self;
    fn heap_size(&self) -> usize;
    fn array<'a>(nodes: impl Iterator<Item = &'a Self>) -> ArrayRef;
}

impl Node for i64 {
    type Key = i64;
    const TYPE: DataType = DataType::Int64;

    fn at(array: &ArrayRef, row: usize) -> &i64 {
        &array.as_primitive::<Int64Type>().values()[row]
    }

    fn own(key: &i64) -> i64 {
        *key
    }

    fn heap_size(&self) -> usize {
        0
    }

    fn array<'a>(nodes: impl Iterator<Item = &'a i64>) -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(nodes.copied()))
    }
}

impl Node for Box<str> {
    type Key = str;
    const TYPE: DataType = DataType::Utf8View;

    fn at(array: &ArrayRef, row: usize) -> &str {
        array.as_string_view().value(row)
    }

    fn own(key: &str) -> Box<str> {
        key.into()
    }

    fn heap_size(&self) -> usize {
        // What an allocator hands out.
        self.len().next_multiple_of(16)
    }

    fn array<'a>(nodes: impl Iterator<Item = &'a Box<str>>) -> ArrayRef {
        let mut builder = StringViewBuilder::new();
        nodes.for_each(|node| builder.append_value(node));
        Arc::new(builder.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use crate::functions::tests::{check, check_fault, integers, texts};

    const COMPONENTS: &str = "with c as (select unnest(connected_components(a, b)) as pair from t)
        select pair['node'] as node, pair['component'] as component from c";

    #[tokio::test]
    async fn components_by_hand() {
        let columns = [
            texts("a", &[Some("d"), Some("b"), Some("x"), Some("z"), Some("e"), Some("c"), None, None]),
            texts("b", &[Some("c"), Some("a"), None, Some("z"), Some("d"), Some("d"), Some("y"), None]),
        ];
        let expected = ["a | a", "b | a", "c | c", "d | c", "e | c", "x | x", "y | y", "z | z"];
        check(&columns, COMPONENTS, &expected).await;
        check(&columns, &format!("{COMPONENTS} where pair['node'] = 'q'"), &[]).await;
        check(&columns, "select connected_components(a, b) is null as x from t where a = 'q'", &["true"]).await;
        check(
            &columns,
            "select arrow_typeof(connected_components(a, b)) as x from t",
            &["List(Struct(\"node\": non-null Utf8View, \"component\": non-null Utf8View))"],
        )
        .await;
        let grouped = "select a is null as g, cardinality(connected_components(a, b)) as n from t group by a is null order by g";
        check(&columns, grouped, &["false | 7", "true | 1"]).await;
        check_fault(&columns, "select connected_components(a, 1.5) from t", "both BIGINT or both text").await;
    }

    #[tokio::test]
    async fn components_of_integers() {
        let columns = [integers("a", &[Some(10), Some(9), Some(-1), Some(3)]), integers("b", &[Some(9), Some(100), None, Some(3)])];
        check(&columns, COMPONENTS, &["-1 | -1", "3 | 3", "9 | 9", "10 | 9", "100 | 9"]).await;
        let joined = "with c as (select unnest(connected_components(a, b)) as pair from t)
            select count(distinct pair['component']) as components, count(*) as nodes from c join t on t.a = c.pair['node']";
        check(&columns, joined, &["3 | 4"]).await;
    }

    /// The definition itself: walk from every node to all it reaches and take the smallest.
    fn by_walking(edges: &[(i64, i64)]) -> BTreeMap<i64, i64> {
        let mut neighbours: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for (a, b) in edges {
            neighbours.entry(*a).or_default().push(*b);
            neighbours.entry(*b).or_default().push(*a);
        }
        let smallest = |start: i64| {
            let mut reached = BTreeSet::from([start]);
            let mut open = vec![start];
            while let Some(node) = open.pop() {
                open.extend(neighbours[&node].iter().copied().filter(|next| reached.insert(*next)));
            }
            reached.into_iter().next().unwrap()
        };
        neighbours.keys().map(|node| (*node, smallest(*node))).collect()
    }

    fn column(nodes: impl Iterator<Item = i64>) -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(nodes))
    }

    fn accumulate(edges: &[(i64, i64)]) -> Components<i64> {
        let mut components = Components::default();
        components.update_batch(&[column(edges.iter().map(|edge| edge.0)), column(edges.iter().map(|edge| edge.1))]).unwrap();
        components
    }

    fn pairs(components: &Components<i64>) -> BTreeMap<i64, i64> {
        components.pairs().into_iter().map(|(node, component)| (*node, *component)).collect()
    }

    proptest! {
        #[test]
        fn agrees_with_walking(edges in prop::collection::vec((0i64..60, 0i64..60), 0..60), cut in 0usize..60) {
            let expected = by_walking(&edges);
            prop_assert_eq!(pairs(&accumulate(&edges)), expected.clone());
            let (left, right) = edges.split_at(cut.min(edges.len()));
            let mut merged = accumulate(right);
            merged.merge_batch(&[accumulate(left).state().unwrap()[0].to_array().unwrap()]).unwrap();
            prop_assert_eq!(pairs(&merged), expected);
        }
    }

    /// Long chains, which defeat a union-find that does not shorten its ways, from both ends and the middle.
    #[test]
    fn chains() {
        let chain: Vec<(i64, i64)> = (0..200_000).map(|node| (node, node + 1)).collect();
        let reversed: Vec<(i64, i64)> = chain.iter().rev().copied().collect();
        for edges in [chain, reversed] {
            assert!(pairs(&accumulate(&edges)).values().all(|component| *component == 0));
        }
    }

    #[test]
    fn size_counts_nodes() {
        let ring: Vec<(i64, i64)> = (0..1000).map(|node| (node, (node + 1) % 1000)).collect();
        let (once, twice) = (accumulate(&ring).size(), accumulate(&[ring.clone(), ring].concat()).size());
        assert_eq!(once, twice);
        // Of 1000 nodes: 16 bytes a slot and its control byte, 4 for the parent.
        assert!((21_000..60_000).contains(&once), "{once}");
        let mut text = Components::<Box<str>>::default();
        let names: ArrayRef = Arc::new(arrow::array::StringViewArray::from_iter_values((0..1000).map(|node| format!("{node:0>100}"))));
        text.update_batch(&[names.clone(), names]).unwrap();
        assert!((133_000..200_000).contains(&text.size()), "{}", text.size());
    }
}
