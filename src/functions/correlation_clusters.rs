//! `correlation_clusters(a, b, weight)`: the nodes of a graph with weighted edges put into clusters, so that much weight lies inside of
//! clusters and little between them, as a list of `struct(node, cluster)`.
//!
//! Correlation clustering (Bansal, Blum, Chawla, 2004) by greedy additive edge contraction (Keuper et al., ICCV 2015): as long as an edge
//! of positive weight is left, the heaviest is contracted, and the edges that its two ends had to a third become one, their weights added.
//! So a pair that fits poorly stays together where others speak for it, and a chain or a hub of single links falls apart where the rest
//! speaks against it. An edge with a negative weight that nothing outweighs keeps its ends apart.
//!
//! Weights are BIGINT; repeated edges add up. Of equal weights the edge between the smaller nodes is first, a cluster is named after its
//! smallest node, nodes come in ascending order: the answer depends on the set of edges alone. `(a, NULL, NULL)` makes `a` a node without
//! edges; loops change nothing; no node at all gives NULL. Edges and nodes of a group are held in memory, counted by `size()`. In SQL:
//!
//! ```sql
//! with clusters as (
//!     select unnest(correlation_clusters(left_id, right_id, weight)) as pair from identity.edges
//! )
//! select pair['node'] as node, pair['cluster'] as cluster from clusters
//! ```

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
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
    Arc::new(AggregateUDF::from(CorrelationClusters { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct CorrelationClusters {
    signature: Signature,
}

impl AggregateUDFImpl for CorrelationClusters {
    fn name(&self) -> &str {
        "correlation_clusters"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let text = |given: &DataType| given.is_string() || given.is_null();
        match arguments {
            [a, b, weight] if text(a) && text(b) && (weight.is_integer() || weight.is_null()) => {
                Ok(vec![DataType::Utf8View, DataType::Utf8View, DataType::Int64])
            }
            _ => plan_err!("correlation_clusters takes the two ends of an edge, both text, and its weight, BIGINT"),
        }
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(list_of(pair()))
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format_state_name(arguments.name, "edges"), list_of(edge()), true))])
    }

    fn accumulator(&self, _arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Graph::default()))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

fn list_of(fields: Fields) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Struct(fields), true)))
}

fn pair() -> Fields {
    Fields::from(vec![Field::new("node", DataType::Utf8View, false), Field::new("cluster", DataType::Utf8View, false)])
}

fn edge() -> Fields {
    Fields::from(vec![
        Field::new("a", DataType::Utf8View, false),
        Field::new("b", DataType::Utf8View, true),
        Field::new("weight", DataType::Int64, true),
    ])
}

/// The edges so far; a node is known by the number of its arrival.
#[derive(Debug, Default)]
struct Graph {
    numbers: HashMap<Box<str>, u32>,
    /// A loop stands for a node without edges.
    edges: Vec<Edge>,
    /// Bytes the nodes hold beside their place in `numbers`.
    heap: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    a: u32,
    b: u32,
    weight: i64,
}

impl Graph {
    fn add(&mut self, left: &ArrayRef, right: &ArrayRef, weights: &ArrayRef) -> Result<()> {
        let (left, right, weights) = (left.as_string_view(), right.as_string_view(), weights.as_primitive::<Int64Type>());
        for row in 0..left.len() {
            let ends = [left, right].map(|ends| ends.is_valid(row).then(|| ends.value(row)));
            let [a, b] = ends.map(|end| end.map(|end| self.number(end)).transpose());
            match (a?, b?) {
                (Some(a), Some(b)) if weights.is_valid(row) => self.edges.push(Edge { a, b, weight: weights.value(row) }),
                (Some(_), Some(_)) => return Err(fault("correlation_clusters: an edge between two nodes needs a weight")),
                (Some(a), None) | (None, Some(a)) => self.edges.push(Edge { a, b: a, weight: 0 }),
                (None, None) => {}
            }
        }
        Ok(())
    }

    fn number(&mut self, node: &str) -> Result<u32> {
        if let Some(number) = self.numbers.get(node) {
            return Ok(*number);
        }
        // A list counts its rows in 31 bits.
        let next = i32::try_from(self.numbers.len())
            .map_err(|_| fault("correlation_clusters: more than 2,147,483,647 nodes in one group"))? as u32;
        // What an allocator hands out.
        self.heap += node.len().next_multiple_of(16);
        self.numbers.insert(node.into(), next);
        Ok(next)
    }

    /// The nodes in order, and for each the place of its cluster's smallest among them.
    fn clusters(&self) -> Result<(Vec<&str>, Vec<u32>)> {
        let mut nodes: Vec<(&str, u32)> = self.numbers.iter().map(|(node, number)| (node.as_ref(), *number)).collect();
        nodes.sort_unstable();
        let mut places = vec![0; nodes.len()];
        nodes.iter().enumerate().for_each(|(place, (_, number))| places[*number as usize] = place as u32);
        let edges = self.edges.iter().map(|edge| {
            let (a, b) = (places[edge.a as usize], places[edge.b as usize]);
            Edge { a: a.min(b), b: a.max(b), weight: edge.weight }
        });
        let clusters = contract(nodes.len(), added_up(edges.filter(|edge| edge.a != edge.b).collect())?)?;
        Ok((nodes.into_iter().map(|(node, _)| node).collect(), clusters))
    }
}

/// One edge between two nodes, sorted.
fn added_up(mut edges: Vec<Edge>) -> Result<Vec<Edge>> {
    edges.sort_unstable();
    let mut summed: Vec<Edge> = Vec::with_capacity(edges.len());
    for edge in edges {
        match summed.last_mut() {
            Some(last) if (last.a, last.b) == (edge.a, edge.b) => last.weight = sum(last.weight, edge.weight)?,
            _ => summed.push(edge),
        }
    }
    Ok(summed)
}

fn sum(a: i64, b: i64) -> Result<i64> {
    a.checked_add(b).ok_or_else(|| fault("correlation_clusters: weights do not fit a BIGINT"))
}

/// Greedy additive edge contraction, one component of positive edges after the other: what hangs together by negative ones only stays apart
/// whatever happens. For each node the smallest of its cluster.
fn contract(nodes: usize, edges: Vec<Edge>) -> Result<Vec<u32>> {
    let mut clusters: Vec<u32> = (0..nodes as u32).collect();
    edges.iter().filter(|edge| edge.weight > 0).for_each(|edge| {
        let (a, b) = (root(&mut clusters, edge.a), root(&mut clusters, edge.b));
        clusters[a.max(b) as usize] = a.min(b);
    });
    let components: Vec<u32> = (0..nodes as u32).map(|node| root(&mut clusters, node)).collect();
    let mut inside: Vec<(u32, Edge)> = edges
        .into_iter()
        .map(|edge| (components[edge.a as usize], edge))
        .filter(|(component, edge)| *component == components[edge.b as usize])
        .collect();
    inside.sort_unstable();
    clusters.iter_mut().enumerate().for_each(|(node, cluster)| *cluster = node as u32);
    for component in inside.chunk_by(|one, other| one.0 == other.0) {
        contract_component(component.iter().map(|(_, edge)| *edge), &mut clusters)?;
    }
    Ok((0..nodes as u32).map(|node| root(&mut clusters, node)).collect())
}

/// The smallest node of the cluster; shortens the way there by half.
fn root(parents: &mut [u32], mut node: u32) -> u32 {
    while parents[node as usize] != node {
        parents[node as usize] = parents[parents[node as usize] as usize];
        node = parents[node as usize];
    }
    node
}

/// Heaviest first, of equal ones that between the smaller nodes.
type Heaviest = BinaryHeap<(i64, Reverse<u32>, Reverse<u32>)>;

fn contract_component(edges: impl Iterator<Item = Edge>, parents: &mut [u32]) -> Result<()> {
    let mut neighbours: BTreeMap<u32, BTreeMap<u32, i64>> = BTreeMap::new();
    let mut heap = Heaviest::new();
    for edge in edges {
        neighbours.entry(edge.a).or_default().insert(edge.b, edge.weight);
        neighbours.entry(edge.b).or_default().insert(edge.a, edge.weight);
        push(&mut heap, edge);
    }
    while let Some((weight, Reverse(a), Reverse(b))) = heap.pop() {
        // An edge whose weight has changed since, or one of whose ends is gone, is out of date.
        if neighbours.get(&a).and_then(|of_a| of_a.get(&b)) != Some(&weight) {
            continue;
        }
        parents[b as usize] = a;
        for (other, more) in neighbours.remove(&b).unwrap_or_default() {
            let of_other = neighbours.get_mut(&other).expect("edges are known at both ends");
            of_other.remove(&b);
            if other == a {
                continue;
            }
            let joined = sum(of_other.get(&a).copied().unwrap_or(0), more)?;
            of_other.insert(a, joined);
            neighbours.entry(a).or_default().insert(other, joined);
            push(&mut heap, Edge { a: a.min(other), b: a.max(other), weight: joined });
        }
    }
    Ok(())
}

fn push(heap: &mut Heaviest, edge: Edge) {
    if edge.weight > 0 {
        heap.push((edge.weight, Reverse(edge.a), Reverse(edge.b)));
    }
}

/// A list of one struct a row; NULL when there are none.
fn list(fields: Fields, columns: Vec<ArrayRef>) -> Result<ScalarValue> {
    if columns[0].is_empty() {
        return ScalarValue::try_from(list_of(fields));
    }
    Ok(SingleRowListArrayBuilder::new(Arc::new(StructArray::try_new(fields, columns, None)?)).build_list_scalar())
}

fn texts<'a>(nodes: impl Iterator<Item = &'a str>) -> ArrayRef {
    let mut builder = StringViewBuilder::new();
    nodes.for_each(|node| builder.append_value(node));
    Arc::new(builder.finish())
}

impl Accumulator for Graph {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(&values[0], &values[1], &values[2])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        states[0].as_list::<i32>().iter().flatten().try_for_each(|edges| {
            let edges = edges.as_struct();
            self.add(edges.column(0), edges.column(1), edges.column(2))
        })
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut nodes = vec![""; self.numbers.len()];
        self.numbers.iter().for_each(|(node, number)| nodes[*number as usize] = node);
        let weights = Int64Array::from_iter_values(self.edges.iter().map(|edge| edge.weight));
        let ends = [|edge: &Edge| edge.a, |edge: &Edge| edge.b].map(|end| texts(self.edges.iter().map(|edge| nodes[end(edge) as usize])));
        let [a, b] = ends;
        Ok(vec![list(edge(), vec![a, b, Arc::new(weights)])?])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let (nodes, clusters) = self.clusters()?;
        let columns = vec![texts(nodes.iter().copied()), texts(clusters.iter().map(|place| nodes[*place as usize]))];
        list(pair(), columns)
    }

    fn size(&self) -> usize {
        // A hash table keeps an eighth of its slots free, and a control byte for each; edges are held twice while they are sorted.
        let slots = self.numbers.capacity() * 8 / 7;
        size_of_val(self) + slots * (size_of::<(Box<str>, u32)>() + 1) + 2 * self.edges.capacity() * size_of::<Edge>() + self.heap
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::tests::{check, check_fault, integers, texts};
    use proptest::prelude::*;

    const CLUSTERS: &str = "with c as (select unnest(correlation_clusters(a, b, w)) as pair from t)
        select pair['node'] as node, pair['cluster'] as cluster from c";

    type Row<'a> = (&'a str, Option<&'a str>, Option<i64>);

    async fn check_rows(rows: &[Row<'_>], expected: &[&str]) {
        let columns = [
            texts("a", &rows.iter().map(|row| Some(row.0)).collect::<Vec<_>>()),
            texts("b", &rows.iter().map(|row| row.1).collect::<Vec<_>>()),
            integers("w", &rows.iter().map(|row| row.2).collect::<Vec<_>>()),
        ];
        check(&columns, CLUSTERS, expected).await;
    }

    #[tokio::test]
    async fn positive_edges_alone_are_connected_components() {
        let rows =
            [("d", Some("c"), Some(1)), ("b", Some("a"), Some(5)), ("x", None, None), ("z", Some("z"), Some(9)), ("d", Some("e"), Some(1))];
        check_rows(&rows, &["a | a", "b | a", "c | c", "d | c", "e | c", "x | x", "z | z"]).await;
    }

    /// a-b-c and d-e-f are dense; c-d alone would bridge them, and b-d, c-e speak against it: 4 - 3 - 3 < 0.
    #[tokio::test]
    async fn a_bridge_that_others_speak_against_falls() {
        let dense = [("a", "b", 8), ("b", "c", 8), ("a", "c", 8), ("d", "e", 8), ("e", "f", 8), ("d", "f", 8)];
        let against = [("b", "d", -3), ("c", "e", -3)];
        let rows = |bridge| {
            dense.iter().chain(&against).chain(&[("c", "d", bridge)]).map(|(a, b, w)| (*a, Some(*b), Some(*w))).collect::<Vec<_>>()
        };
        check_rows(&rows(4), &["a | a", "b | a", "c | a", "d | d", "e | d", "f | d"]).await;
        check_rows(&rows(7), &["a | a", "b | a", "c | a", "d | a", "e | a", "f | a"]).await;
    }

    /// a-c fits poorly, and b speaks for both: 10 + 6 - 5 > 0. Forbidden, the weaker side goes.
    #[tokio::test]
    async fn a_poor_pair_is_carried_and_a_forbidden_one_is_not() {
        let rows = |ac| [("a", Some("b"), Some(10)), ("b", Some("c"), Some(6)), ("a", Some("c"), Some(ac))];
        check_rows(&rows(-5), &["a | a", "b | a", "c | a"]).await;
        check_rows(&rows(-1_000_000), &["a | a", "b | a", "c | c"]).await;
    }

    /// Repeated edges add up, in whatever direction: 5 - 6 < 0.
    #[tokio::test]
    async fn repeated_edges_add_up() {
        check_rows(&[("a", Some("b"), Some(5)), ("b", Some("a"), Some(-6))], &["a | a", "b | b"]).await;
        check_rows(&[("a", Some("b"), Some(5)), ("b", Some("a"), Some(-4))], &["a | a", "b | a"]).await;
    }

    #[tokio::test]
    async fn what_cannot_be() {
        let columns = [texts("a", &[Some("a"), Some("a")]), texts("b", &[Some("b"), Some("b")]), integers("w", &[Some(i64::MAX), Some(1)])];
        check_fault(&columns, CLUSTERS, "weights do not fit a BIGINT").await;
        let columns = [texts("a", &[Some("a")]), texts("b", &[Some("b")]), integers("w", &[None])];
        check_fault(&columns, CLUSTERS, "needs a weight").await;
        check_fault(&columns, "select correlation_clusters(a, b) from t", "its weight, BIGINT").await;
        check(&columns, "select correlation_clusters(a, b, w) is null as x from t where a = 'q'", &["true"]).await;
    }

    /// The definition itself, on a matrix: contract the heaviest pair until none is positive.
    fn by_matrix(nodes: usize, edges: &[Edge]) -> Vec<u32> {
        let mut weights = vec![vec![0i64; nodes]; nodes];
        edges.iter().filter(|edge| edge.a != edge.b).for_each(|edge| {
            weights[edge.a as usize][edge.b as usize] += edge.weight;
            weights[edge.b as usize][edge.a as usize] += edge.weight;
        });
        let mut clusters: Vec<usize> = (0..nodes).collect();
        loop {
            let alive: Vec<usize> = (0..nodes).filter(|node| clusters[*node] == *node).collect();
            let pairs = alive.iter().flat_map(|a| alive.iter().filter(move |b| a < *b).map(move |b| (*a, *b)));
            let Some((a, b)) = pairs.max_by_key(|(a, b)| (weights[*a][*b], Reverse(*a), Reverse(*b))).filter(|(a, b)| weights[*a][*b] > 0)
            else {
                return clusters.into_iter().map(|cluster| cluster as u32).collect();
            };
            for other in alive.into_iter().filter(|other| *other != a && *other != b) {
                weights[a][other] += weights[b][other];
                weights[other][a] += weights[other][b];
            }
            clusters.iter_mut().filter(|cluster| **cluster == b).for_each(|cluster| *cluster = a);
        }
    }

    proptest! {
        #[test]
        fn agrees_with_its_definition(edges in prop::collection::vec((0u32..9, 0u32..9, -20i64..20), 0..40)) {
            let ordered = |(a, b, weight): &(u32, u32, i64)| Edge { a: *a.min(b), b: *a.max(b), weight: *weight };
            let edges: Vec<Edge> = edges.iter().map(ordered).filter(|edge| edge.a != edge.b).collect();
            prop_assert_eq!(contract(9, added_up(edges.clone()).unwrap()).unwrap(), by_matrix(9, &edges));
        }
    }
}
