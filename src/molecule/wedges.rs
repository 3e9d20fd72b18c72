//! Wedges that show the handedness of every center unambiguously.

use std::f64::consts::{PI, TAU};

use super::{BondOrder, Chirality, MolecularGraph, graph::is_odd};

type Point = [f64; 2];

/// Angle in radians below which two bonds of a center are indistinguishable.
const CLOSE: f64 = 0.2;
/// Smallest sine of the angle between the two bonds that determine how a wedge is read.
const CLEAR: f64 = 0.2;
/// Number of rounds in which bonds are moved apart.
const ROUNDS: usize = 200;

/// A single bond that leaves the plane, from the atom whose handedness it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wedge {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Toward the reader.
    pub(super) up: bool,
}

/// Moves overlapping bonds of centers apart, and replaces unclear or wrong wedges.
///
/// Cages are often drawn with two bonds of a center in one line, so that readers cannot determine
/// their order and drop the handedness. A center is an atom from which a wedge starts.
pub(super) fn clarify(graph: &MolecularGraph, places: &mut Vec<Point>, wedges: &mut Vec<Wedge>) {
    let mut centers: Vec<usize> = wedges.iter().map(|wedge| wedge.from).collect();
    centers.sort_unstable();
    centers.dedup();
    let neighbors = graph.neighbors();
    let neighbors_of = |center: usize| -> Vec<usize> {
        neighbors[center].iter().map(|&(other, _)| other).collect()
    };
    let centers: Vec<Center> = (centers.into_iter())
        .map(|atom| Center {
            atom,
            chirality: graph.atoms()[atom].chirality,
            neighbors: neighbors_of(atom),
        })
        .filter(|center| {
            center.chirality != Chirality::None && (3..=4).contains(&center.neighbors.len())
        })
        .collect();
    let tangled = (centers.iter()).any(|center| center.least_angle(places) < CLOSE / 2.0);
    if tangled {
        *places = untangled(&centers, places);
    }
    if tangled || !centers.iter().all(|center| center.is_said(places, wedges)) {
        choose(graph, &centers, places, wedges);
    }
}

struct Center {
    atom: usize,
    chirality: Chirality,
    /// In the order of the list of bonds.
    neighbors: Vec<usize>,
}

impl Center {
    fn angle(&self, places: &[Point], neighbor: usize) -> f64 {
        let [dx, dy] = difference(places[neighbor], places[self.atom]);
        dy.atan2(dx)
    }

    /// The angles between successive bonds.
    fn gaps(&self, places: &[Point]) -> Vec<f64> {
        let mut angles: Vec<f64> = (self.neighbors.iter())
            .map(|&neighbor| self.angle(places, neighbor))
            .collect();
        angles.sort_unstable_by(f64::total_cmp);
        angles.extend(angles.first().map(|first| first + TAU));
        angles.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    /// The smallest angle between two bonds.
    fn least_angle(&self, places: &[Point]) -> f64 {
        self.gaps(places).into_iter().fold(TAU, f64::min)
    }

    /// Returns whether a wedge to this neighbor rises toward the reader, and how clearly it is
    /// read: the sine of the angle between the two bonds that determine this.
    ///
    /// Seen from a rising wedge, the other bonds are ordered by their angles.
    fn wedge(&self, places: &[Point], to: usize) -> (bool, f64) {
        let start = self.angle(places, to);
        let mut others: Vec<(f64, usize)> = (self.neighbors.iter())
            .filter(|&&neighbor| neighbor != to)
            .map(|&neighbor| {
                let turn = self.angle(places, neighbor) - start;
                (turn.rem_euclid(TAU), neighbor)
            })
            .collect();
        others.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut sine = (others[1].0 - others[0].0).sin();
        // The hydrogen, which is last, lies in the wider of the two angles.
        if others.len() == 2 && sine < 0.0 {
            others.swap(0, 1);
            sine = -sine;
        }
        let order: Vec<usize> = ([to].into_iter())
            .chain(others.into_iter().map(|(_, neighbor)| neighbor))
            .filter_map(|neighbor| self.neighbors.iter().position(|&one| one == neighbor))
            .collect();
        let up = (self.chirality == Chirality::CounterClockwise) != is_odd(&order);
        (up, sine)
    }

    /// Returns whether one wedge starts here that shows the right handedness, or is drawn as a T,
    /// which readers support.
    fn is_said(&self, places: &[Point], wedges: &[Wedge]) -> bool {
        let mut own = wedges.iter().filter(|wedge| wedge.from == self.atom);
        let (Some(wedge), None) = (own.next(), own.next()) else {
            return false;
        };
        let (up, sine) = self.wedge(places, wedge.to);
        sine < CLEAR || up == wedge.up
    }
}

/// Positions in which no two bonds of a center are close, or the best ones found.
fn untangled(centers: &[Center], places: &[Point]) -> Vec<Point> {
    let least = |places: &[Point]| {
        let angles = centers.iter().map(|center| center.least_angle(places));
        angles.fold(TAU, f64::min)
    };
    let mut best = (least(places), places.to_vec());
    // Bonds in one line may turn either way.
    for sense in [1.0, -1.0] {
        let mut moved = places.to_vec();
        for _ in 0..ROUNDS {
            for center in centers {
                center.spread(&mut moved, sense);
            }
            let angle = least(&moved);
            if angle > best.0 {
                best = (angle, moved.clone());
            }
            if angle >= CLOSE {
                return moved;
            }
        }
    }
    best.1
}

impl Center {
    /// Rotates each pair of close bonds apart by a part of the missing angle.
    fn spread(&self, places: &mut [Point], sense: f64) {
        for (index, &a) in self.neighbors.iter().enumerate() {
            for &b in &self.neighbors[..index] {
                let mut turn = self.angle(places, b) - self.angle(places, a);
                if turn > PI {
                    turn -= TAU;
                } else if turn < -PI {
                    turn += TAU;
                }
                let missing = 1.1 * CLOSE - turn.abs();
                if missing > 0.0 {
                    let sense = if turn.abs() < 1e-3 {
                        sense
                    } else {
                        turn.signum()
                    };
                    self.turn(places, b, 0.3 * sense * missing);
                    self.turn(places, a, -0.3 * sense * missing);
                }
            }
        }
    }

    fn turn(&self, places: &mut [Point], neighbor: usize, angle: f64) {
        let [x, y] = places[self.atom];
        let [dx, dy] = difference(places[neighbor], places[self.atom]);
        let (sin, cos) = angle.sin_cos();
        places[neighbor] = [x + cos * dx - sin * dy, y + sin * dx + cos * dy];
    }
}

/// Replaces the wedges: one for every center, each on a separate bond, as clear as possible.
fn choose(graph: &MolecularGraph, centers: &[Center], places: &[Point], wedges: &mut Vec<Wedge>) {
    let degrees: Vec<usize> = graph.neighbors().iter().map(Vec::len).collect();
    let is_center = |atom: usize| centers.iter().any(|center| center.atom == atom);
    let is_single = |a: usize, b: usize| {
        let joins = |ends: [usize; 2]| ends == [a, b] || ends == [b, a];
        let mut bonds = graph.bonds().iter();
        bonds.any(|bond| joins(bond.ends) && bond.order == BondOrder::Single)
    };
    let options: Vec<Vec<Wedge>> = (centers.iter())
        .map(|center| {
            let mut options: Vec<(f64, Wedge)> = Vec::new();
            for &to in &center.neighbors {
                let (up, sine) = center.wedge(places, to);
                if sine < CLEAR || !is_single(center.atom, to) {
                    continue;
                }
                // Wedges between two centers are misleading; ends of chains are best.
                let score = sine.min(0.7)
                    + if is_center(to) { 0.0 } else { 1.0 }
                    + if degrees[to] == 1 { 0.5 } else { 0.0 };
                let from = center.atom;
                options.push((score, Wedge { from, to, up }));
            }
            options.sort_by(|a, b| b.0.total_cmp(&a.0));
            options.into_iter().map(|(_, wedge)| wedge).collect()
        })
        .collect();
    let mut chosen: Vec<Option<Wedge>> = vec![None; centers.len()];
    for center in 0..centers.len() {
        let mut tried = Vec::new();
        assign(center, &options, &mut chosen, &mut tried);
    }
    // A center without a clear wedge keeps its wedge, if no other center needs the bond.
    for (center, wedge) in centers.iter().zip(&mut chosen) {
        if wedge.is_none() {
            *wedge = wedges.iter().find(|old| old.from == center.atom).copied();
        }
    }
    let mut settled: Vec<Wedge> = Vec::with_capacity(chosen.len());
    for wedge in chosen.into_iter().flatten() {
        if !settled.iter().any(|other| same_bond(other, &wedge)) {
            settled.push(wedge);
        }
    }
    let others = wedges.iter().filter(|wedge| !is_center(wedge.from));
    let others: Vec<Wedge> = others.copied().collect();
    for wedge in others {
        if !settled.iter().any(|other| same_bond(other, &wedge)) {
            settled.push(wedge);
        }
    }
    *wedges = settled;
}

/// Assigns a center its best free bond; another center moves to its next best one if that helps.
fn assign(
    center: usize,
    options: &[Vec<Wedge>],
    chosen: &mut Vec<Option<Wedge>>,
    tried: &mut Vec<[usize; 2]>,
) -> bool {
    for wedge in &options[center] {
        let bond = [wedge.from.min(wedge.to), wedge.from.max(wedge.to)];
        if tried.contains(&bond) {
            continue;
        }
        tried.push(bond);
        let owner =
            (chosen.iter()).position(|other| other.is_some_and(|other| same_bond(&other, wedge)));
        if owner.is_none_or(|owner| assign(owner, options, chosen, tried)) {
            chosen[center] = Some(*wedge);
            return true;
        }
    }
    false
}

fn same_bond(a: &Wedge, b: &Wedge) -> bool {
    [a.from, a.to] == [b.from, b.to] || [a.from, a.to] == [b.to, b.from]
}

fn difference(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1]]
}

#[cfg(test)]
mod tests {
    use super::{super::layout::Layout, *};

    /// Cages that RDKit's layout draws with two bonds of a center in one line.
    const CAGES: [&str; 6] = [
        "C[C@@H]1[C@@H]2O[C@@H]3[C@H]1[C@H]23",
        "C[C@]12C[C@@H]3[C@H]1[C@H]2[C@@]31CO1",
        "C[C@@]12C[C@H]3C(=O)N1[C@@]23C",
        "C[C@H]1[N@H+]2C[C@@H]3[C@H]2[C@]13C",
        "C[C@]12[C@H]3O[C@H]([C@@H]13)C21CC1",
        "C[C@]12[C@@H]3O[C@H]1[C@@]2(O)[C@@H]3O",
    ];

    #[test]
    fn every_center_of_a_cage_has_one_clear_wedge() {
        for smiles in CAGES {
            let graph = MolecularGraph::from_smiles(smiles).unwrap();
            let layout = Layout::of(&graph);
            for (atom, said) in graph.atoms().iter().enumerate() {
                if said.chirality == Chirality::None {
                    continue;
                }
                let neighbors = graph.neighbors()[atom].clone();
                let center = Center {
                    atom,
                    chirality: said.chirality,
                    neighbors: neighbors.into_iter().map(|(other, _)| other).collect(),
                };
                assert!(
                    center.least_angle(layout.positions()) > CLOSE / 2.0,
                    "{smiles}"
                );
                assert!(
                    center.is_said(layout.positions(), layout.wedges()),
                    "{smiles}"
                );
            }
        }
    }

    #[test]
    fn clear_drawings_stay_as_they_are() {
        let graph = MolecularGraph::from_smiles("C[C@H](O)[C@@H](F)N").unwrap();
        let layout = Layout::of(&graph);
        let (mut places, mut wedges) = (layout.positions().to_vec(), layout.wedges().to_vec());
        clarify(&graph, &mut places, &mut wedges);
        assert_eq!(
            (&places[..], &wedges[..]),
            (layout.positions(), layout.wedges())
        );
    }

    #[test]
    fn the_mirror_image_has_the_other_wedges() {
        for smiles in CAGES {
            let swapped = smiles
                .replace("@@", "!")
                .replace('@', "@@")
                .replace('!', "@");
            let read = |text: &str| Layout::of(&MolecularGraph::from_smiles(text).unwrap());
            let (layout, mirrored) = (read(smiles), read(&swapped));
            if layout.positions() != mirrored.positions() {
                continue;
            }
            for wedge in layout.wedges() {
                let other = mirrored.wedge([wedge.from, wedge.to]);
                assert_eq!(other.map(|other| other.up), Some(!wedge.up), "{smiles}");
            }
        }
    }
}
