use std::fmt::Write;

use super::{Bond, BondOrder, Chirality, MolecularGraph, graph::is_odd};

impl MolecularGraph {
    /// Returns SMILES of the Kekulé graph without sanitization. It can be written for any graph,
    /// and [`from_smiles`](Self::from_smiles) reads it unless the graph is impossible.
    ///
    /// Atoms are visited depth-first from the first atom of each part, in the order of their bonds.
    /// Atoms with a charge or chirality are written with their implied hydrogens. For a text that
    /// does not depend on numbering, see [`canonical_smiles`](Self::canonical_smiles).
    ///
    /// Complexity: O(atoms + bonds).
    pub fn to_smiles(&self) -> String {
        Writer::new(self).write()
    }
}

struct Writer<'a> {
    graph: &'a MolecularGraph,
    neighbors: Vec<Vec<(usize, usize)>>,
    hydrogens: Vec<u8>,
    sums: Vec<u8>,
    /// Position at which the search finds an atom.
    found: Vec<usize>,
    /// Bond to the atom that an atom is written after.
    parent: Vec<Option<usize>>,
}

enum Step {
    Atom(usize),
    Text(char),
}

impl<'a> Writer<'a> {
    fn new(graph: &'a MolecularGraph) -> Self {
        let atoms = graph.atoms().len();
        Self {
            graph,
            neighbors: graph.neighbors(),
            hydrogens: graph.implicit_hydrogens(),
            sums: graph.bond_order_sums(),
            found: vec![usize::MAX; atoms],
            parent: vec![None; atoms],
        }
    }

    fn write(mut self) -> String {
        let roots = self.search();
        let mut text = String::with_capacity(4 * self.found.len());
        // The number of each ring bond while it is open.
        let mut numbers: Vec<Option<usize>> = vec![None; self.graph.bonds().len()];
        let mut used: Vec<bool> = Vec::new();
        for (part, &root) in roots.iter().enumerate() {
            if part > 0 {
                text.push('.');
            }
            let mut steps = vec![Step::Atom(root)];
            while let Some(step) = steps.pop() {
                let atom = match step {
                    Step::Text(character) => {
                        text.push(character);
                        continue;
                    }
                    Step::Atom(atom) => atom,
                };
                if let Some(bond) = self.parent[atom] {
                    push_order(&mut text, &self.graph.bonds()[bond]);
                }
                let (closing, opening, children) = self.around(atom);
                self.push_atom(&mut text, atom, &closing, &opening, &children);
                for &(_, bond) in &closing {
                    if let Some(number) = numbers[bond].take() {
                        push_number(&mut text, number);
                        used[number] = false;
                    }
                }
                for &(_, bond) in &opening {
                    let number = used.iter().position(|used| !used).unwrap_or(used.len());
                    if number == used.len() {
                        used.push(true);
                    }
                    used[number] = true;
                    numbers[bond] = Some(number);
                    push_order(&mut text, &self.graph.bonds()[bond]);
                    push_number(&mut text, number);
                }
                // The last child continues without a bracket. Steps are taken from the end.
                for (place, &(child, _)) in children.iter().rev().enumerate() {
                    if place > 0 {
                        steps.push(Step::Text(')'));
                    }
                    steps.push(Step::Atom(child));
                    if place > 0 {
                        steps.push(Step::Text('('));
                    }
                }
            }
        }
        text
    }

    /// Finds the tree that is written; returns its roots.
    fn search(&mut self) -> Vec<usize> {
        let mut roots = Vec::new();
        let mut count = 0;
        for root in 0..self.found.len() {
            if self.found[root] != usize::MAX {
                continue;
            }
            roots.push(root);
            let mut stack = vec![(root, None)];
            while let Some((atom, bond)) = stack.pop() {
                if self.found[atom] != usize::MAX {
                    continue;
                }
                self.found[atom] = count;
                self.parent[atom] = bond;
                count += 1;
                let ahead = self.neighbors[atom].iter().rev();
                stack.extend(ahead.map(|&(other, bond)| (other, Some(bond))));
            }
        }
        roots
    }

    /// Neighbors of an atom: by ring bonds to atoms written before and after it, and children.
    fn around(&self, atom: usize) -> (Neighbors, Neighbors, Neighbors) {
        let (mut closing, mut opening, mut children) = (Vec::new(), Vec::new(), Vec::new());
        for &(other, bond) in &self.neighbors[atom] {
            if self.parent[other] == Some(bond) {
                children.push((other, bond));
            } else if self.parent[atom] == Some(bond) {
            } else if self.found[other] < self.found[atom] {
                closing.push((other, bond));
            } else {
                opening.push((other, bond));
            }
        }
        (closing, opening, children)
    }

    fn push_atom(
        &self,
        text: &mut String,
        atom: usize,
        closing: &Neighbors,
        opening: &Neighbors,
        children: &Neighbors,
    ) {
        let said = &self.graph.atoms()[atom];
        let bare = said.element.is_organic() && said.charge == 0;
        if bare && said.chirality == Chirality::None {
            text.push_str(said.element.symbol());
            return;
        }
        let hydrogens = self.hydrogens[atom];
        let mut chirality = said.chirality;
        if chirality != Chirality::None {
            let after = closing.iter().chain(opening).chain(children);
            let mut order: Vec<usize> = self.parent[atom].into_iter().collect();
            order.extend(after.map(|&(_, bond)| bond));
            let degree = order.len();
            let unsaturated = usize::from(self.sums[atom]) > degree;
            let rings = closing.len() + opening.len();
            // With three bonds, readers place the fourth partner: a hydrogen right after the first
            // bond, or first. If there is none, RDKit's rule depends on ring bonds.
            let starts = self.parent[atom].is_none();
            let swapped = degree == 3
                && if hydrogens == 1 {
                    starts
                } else {
                    rings == 1 && !unsaturated
                };
            if is_odd(&order) != swapped {
                chirality = chirality.inverted();
            }
        }
        text.push('[');
        text.push_str(said.element.symbol());
        text.push_str(match chirality {
            Chirality::None => "",
            Chirality::CounterClockwise => "@",
            Chirality::Clockwise => "@@",
        });
        // Writing to a string does not fail.
        let _ = match hydrogens {
            0 => Ok(()),
            1 => write!(text, "H"),
            _ => write!(text, "H{hydrogens}"),
        };
        let _ = match said.charge {
            0 => Ok(()),
            1 => write!(text, "+"),
            -1 => write!(text, "-"),
            charge => write!(text, "{charge:+}"),
        };
        text.push(']');
    }
}

type Neighbors = Vec<(usize, usize)>;

fn push_order(text: &mut String, bond: &Bond) {
    match bond.order {
        BondOrder::Single => {}
        BondOrder::Double => text.push('='),
        BondOrder::Triple => text.push('#'),
    }
}

/// Ring bonds are numbered from 1.
fn push_number(text: &mut String, number: usize) {
    let number = number + 1;
    let _ = match number {
        ..10 => write!(text, "{number}"),
        10..100 => write!(text, "%{number}"),
        _ => write!(text, "%({number})"),
    };
}
