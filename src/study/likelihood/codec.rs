use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    generative::likelihood::{Capacities, GraphKinds, TypedGraph},
    graph::GraphTopology,
    molecule::{Atom, Bond, BondOrder, Chirality, Element, MolecularGraph, max_valence},
};

/// Conversion of molecules to graphs with categories, and back.
///
/// The kind of a node is an element with a formal charge, the kind of an edge a bond order, and the
/// mark of a node its chirality, if the codec includes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoleculeCodec {
    atoms: Vec<(Element, i8)>,
    orders: Vec<BondOrder>,
    stereo: bool,
}

const MARKS: [Chirality; 3] = [
    Chirality::None,
    Chirality::CounterClockwise,
    Chirality::Clockwise,
];

/// Error for a molecule with an atom or bond that does not occur in the molecules of the codec.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} does not occur in the training molecules: leave this molecule out, or train on it too"
)]
pub struct UnknownKind(String);

impl MoleculeCodec {
    /// Creates a codec of the kinds of atoms and bonds that occur in molecules, in a fixed order,
    /// with or without chirality.
    pub fn collect<'a>(
        molecules: impl IntoIterator<Item = &'a MolecularGraph>,
        stereo: bool,
    ) -> Self {
        let (mut atoms, mut orders) = (BTreeSet::new(), BTreeSet::from([BondOrder::Single]));
        for molecule in molecules {
            atoms.extend(
                molecule
                    .atoms()
                    .iter()
                    .map(|atom| (atom.element, atom.charge)),
            );
            orders.extend(molecule.bonds().iter().map(|bond| bond.order));
        }
        Self {
            atoms: atoms.into_iter().collect(),
            orders: orders.into_iter().collect(),
            stereo,
        }
    }

    /// Returns the numbers of categories, and valences as limits. An atom of unknown valence gets
    /// that of carbon.
    pub fn kinds(&self) -> GraphKinds {
        let valence = |&(element, charge): &(Element, i8)| {
            usize::from(max_valence(element, charge).unwrap_or(4))
        };
        GraphKinds {
            nodes: self.atoms.len(),
            edges: self.orders.len(),
            marks: if self.stereo { MARKS.len() } else { 1 },
            capacities: Some(Capacities {
                nodes: self.atoms.iter().map(valence).collect(),
                edges: self
                    .orders
                    .iter()
                    .map(|order| order.pairs().into())
                    .collect(),
            }),
        }
    }

    /// Returns whether chirality is included.
    pub fn stereo(&self) -> bool {
        self.stereo
    }

    /// Returns a molecule as a graph with categories, atoms in their order.
    ///
    /// # Errors
    /// Returns [`UnknownKind`] for the first atom or bond that is not in the codec.
    pub fn encode(&self, molecule: &MolecularGraph) -> Result<TypedGraph, UnknownKind> {
        let mut nodes = Vec::with_capacity(molecule.atoms().len());
        let mut marks = Vec::with_capacity(molecule.atoms().len());
        for atom in molecule.atoms() {
            let kind = (atom.element, atom.charge);
            let place = self.atoms.binary_search(&kind);
            nodes.push(place.map_err(|_| UnknownKind(shown(kind)))?);
            let mark = MARKS.iter().position(|&mark| mark == atom.chirality);
            marks.push(if self.stereo { mark.unwrap_or(0) } else { 0 });
        }
        let mut edges = Vec::with_capacity(molecule.bonds().len());
        let mut pairs = Vec::with_capacity(molecule.bonds().len());
        for bond in molecule.bonds() {
            let place = self.orders.binary_search(&bond.order);
            edges.push(place.map_err(|_| UnknownKind(format!("a {:?} bond", bond.order)))?);
            pairs.push(bond.ends);
        }
        let topology = GraphTopology::single(nodes.len(), pairs)
            .unwrap_or_else(|error| unreachable!("molecular graphs are simple: {error}"));
        Ok(TypedGraph {
            topology,
            nodes,
            edges,
            marks,
            values: Vec::new(),
        })
    }

    /// Returns the molecule of a graph with categories of this codec.
    ///
    /// # Panics
    /// Panics if a category does not exist.
    pub fn decode(&self, graph: &TypedGraph) -> MolecularGraph {
        let atoms = graph.nodes.iter().zip(&graph.marks).map(|(&kind, &mark)| {
            let (element, charge) = self.atoms[kind];
            Atom {
                element,
                charge,
                chirality: if self.stereo {
                    MARKS[mark]
                } else {
                    Chirality::None
                },
            }
        });
        let bonds = graph.topology.edges().iter().zip(&graph.edges);
        let bonds = bonds.map(|(&ends, &kind)| Bond {
            ends,
            order: self.orders[kind],
        });
        MolecularGraph::new(atoms.collect(), bonds.collect())
            .unwrap_or_else(|error| unreachable!("graphs are simple: {error}"))
    }
}

fn shown((element, charge): (Element, i8)) -> String {
    match charge {
        0 => element.to_string(),
        charge => format!("{element}{charge:+}"),
    }
}

impl fmt::Display for MoleculeCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let atoms: Vec<String> = self.atoms.iter().copied().map(shown).collect();
        write!(f, "atoms {}", atoms.join(" "))?;
        let orders: Vec<String> = self.orders.iter().map(|o| o.pairs().to_string()).collect();
        write!(f, "; bond orders {}", orders.join(" "))?;
        if self.stereo {
            write!(f, "; chirality")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::molecule::Stereo;

    #[test]
    fn round_trips() {
        let texts = ["C[C@H](N)C(=O)[O-]", "C[N+](C)(C)C", "ClC=CBr", "C#N", "O"];
        let molecules: Vec<_> = texts
            .iter()
            .map(|text| MolecularGraph::from_smiles(text).unwrap())
            .collect();
        for stereo in [false, true] {
            let codec = MoleculeCodec::collect(&molecules, stereo);
            assert_eq!(codec.kinds().nodes, 7);
            for molecule in &molecules {
                let graph = codec.encode(molecule).unwrap();
                assert_eq!(graph.check(&codec.kinds()), Ok(()));
                let again = codec.decode(&graph);
                let kind = if stereo { Stereo::Keep } else { Stereo::Drop };
                assert_eq!(
                    again.canonical_smiles(kind).unwrap(),
                    molecule.canonical_smiles(kind).unwrap()
                );
            }
            let other = MolecularGraph::from_smiles("CS").unwrap();
            let error = codec.encode(&other).unwrap_err().to_string();
            assert!(error.starts_with("S does not occur"), "{error}");
        }
    }

    /// The skeletons of 800 molecules of QM9 and ZINC250k, each with three random chains.
    #[test]
    fn random_chains_regenerate_molecules() {
        use rand::{SeedableRng, rngs::ChaCha8Rng};

        use crate::graph::pooling::random_pool_chain;

        let table = include_str!("../../../tests/data/descriptors.tsv");
        let lines = table.lines().filter(|line| !line.starts_with('#'));
        let texts = lines.skip(1).filter_map(|line| line.split('\t').next());
        let molecules: Vec<_> = texts
            .map(|text| MolecularGraph::from_smiles(text).unwrap())
            .collect();
        assert_eq!(molecules.len(), 800);
        let codec = MoleculeCodec::collect(&molecules, false);
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        for molecule in &molecules {
            let graph = codec.encode(molecule).unwrap().topology;
            let smallest = graph.node_count().min(3);
            for _ in 0..3 {
                let chain = random_pool_chain(&graph, smallest, &mut rng).unwrap();
                let graphs = chain.expand().unwrap();
                let mut edges: Vec<[usize; 2]> = graphs[graphs.len() - 1]
                    .edges()
                    .iter()
                    .map(|ends| {
                        let [i, j] = ends.map(|node| chain.origin[node]);
                        [i.min(j), i.max(j)]
                    })
                    .collect();
                edges.sort_unstable();
                let mut expected = graph.edges().to_vec();
                expected.sort_unstable();
                assert_eq!(edges, expected, "{}", molecule.to_smiles());
            }
        }
    }
}
