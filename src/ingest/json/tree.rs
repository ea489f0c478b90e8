//! The wanted values of all columns as one tree, so that a record is walked once.

use crate::project::json_path::{JsonPath, Step};

#[derive(Debug, Default)]
pub(super) struct Node {
    /// Columns that take the value here.
    pub(super) columns: Vec<usize>,
    pub(super) keys: Vec<(String, Node)>,
    pub(super) elements: Vec<(usize, Node)>,
    pub(super) lookups: Vec<Lookup>,
}

/// Objects of an array, told apart by the text of one key.
#[derive(Debug)]
pub(super) struct Lookup {
    /// A tree of its own, in which column 0 is the key's value.
    pub(super) key: Node,
    name: String,
    pub(super) values: Vec<(String, Node)>,
}

impl Node {
    /// Of columns by number.
    pub(super) fn of(paths: &[(usize, JsonPath)]) -> Node {
        let mut tree = Node::default();
        for (column, path) in paths {
            tree.insert(&path.0, *column);
        }
        tree
    }

    fn insert(&mut self, steps: &[Step], column: usize) {
        let Some((step, rest)) = steps.split_first() else { return self.columns.push(column) };
        let inner = match step {
            Step::Key(name) => child(&mut self.keys, name.clone()),
            Step::Index(index) => child(&mut self.elements, *index),
            Step::Where { key, value } => {
                let place = self.lookups.iter().position(|lookup| lookup.name == *key).unwrap_or_else(|| {
                    let mut tree = Node::default();
                    tree.insert(&[Step::Key(key.clone())], 0);
                    self.lookups.push(Lookup { key: tree, name: key.clone(), values: Vec::new() });
                    self.lookups.len() - 1
                });
                child(&mut self.lookups[place].values, value.clone())
            }
        };
        inner.insert(rest, column);
    }

    /// A column that looks inside the value here, if there is one.
    pub(super) fn has_inner(&self) -> Option<usize> {
        self.inner().flat_map(Node::all_columns).next()
    }

    /// Columns here and below.
    pub(super) fn all_columns(&self) -> Box<dyn Iterator<Item = usize> + '_> {
        Box::new(self.columns.iter().copied().chain(self.inner().flat_map(Node::all_columns)))
    }

    fn inner(&self) -> impl Iterator<Item = &Node> {
        let looked_up = self.lookups.iter().flat_map(|lookup| lookup.values.iter().map(|(_, node)| node));
        self.keys.iter().map(|(_, node)| node).chain(self.elements.iter().map(|(_, node)| node)).chain(looked_up)
    }
}

fn child<K: PartialEq>(children: &mut Vec<(K, Node)>, key: K) -> &mut Node {
    let place = children.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
        children.push((key, Node::default()));
        children.len() - 1
    });
    &mut children[place].1
}
