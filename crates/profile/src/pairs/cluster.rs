//! Hierarchical clustering of columns: the order of heat maps, and dendrograms.

use kodama::{Method, linkage};

/// One join: leaves are 0 to n − 1, the join at place k is n + k.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Join {
    pub(crate) a: usize,
    pub(crate) b: usize,
    pub(crate) height: f64,
}

/// Leaves in an order without crossing lines, and the joins, lowest first.
pub(crate) struct Tree {
    pub(crate) order: Vec<usize>,
    pub(crate) joins: Vec<Join>,
}

/// Joins leaves by average linkage over their distances: the upper triangle of the matrix
/// without the diagonal, row by row.
pub(crate) fn average_linkage(leaves: usize, mut distances: Vec<f64>) -> Tree {
    if leaves < 2 || distances.len() != leaves * (leaves - 1) / 2 {
        return Tree {
            order: (0..leaves).collect(),
            joins: Vec::new(),
        };
    }
    let dendrogram = linkage(&mut distances, leaves, Method::Average);
    let joins: Vec<Join> = dendrogram
        .steps()
        .iter()
        .map(|step| Join {
            a: step.cluster1,
            b: step.cluster2,
            height: step.dissimilarity,
        })
        .collect();
    let mut members: Vec<Vec<usize>> = (0..leaves).map(|leaf| vec![leaf]).collect();
    for join in &joins {
        let mut joined = members
            .get_mut(join.a)
            .map(std::mem::take)
            .unwrap_or_default();
        joined.extend(
            members
                .get_mut(join.b)
                .map(std::mem::take)
                .unwrap_or_default(),
        );
        members.push(joined);
    }
    Tree {
        order: members.pop().unwrap_or_default(),
        joins,
    }
}

/// The place of a pair in an upper triangle without its diagonal, row by row; `one < other`.
pub(crate) const fn triangle(size: usize, one: usize, other: usize) -> usize {
    one * (2 * size - one - 1) / 2 + other - one - 1
}
