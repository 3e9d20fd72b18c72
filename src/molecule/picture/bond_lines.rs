use std::fmt::Write;

use super::{
    super::{Bond, BondOrder, MolecularGraph, layout::Layout},
    atom_label::AtomLabel,
    scale::Scale,
};

const COLOR: &str = "#222222";

type Point = [f64; 2];

/// Lines for all bonds; they end before labels.
pub(super) fn draw(
    svg: &mut String,
    molecule: &MolecularGraph,
    layout: &Layout,
    places: &[Point],
    labels: &[Option<AtomLabel>],
    scale: Scale,
) {
    let spread = scale.spread;
    for bond in molecule.bonds() {
        let [a, b] = bond.ends;
        let covered = |atom: usize, other: usize| {
            let label = labels[atom].as_ref();
            label.map_or(0.0, |label| label.covers(places[atom], places[other]))
        };
        let (from, to) = shortened(places[a], places[b], covered(a, b), covered(b, a));
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let length = dx.hypot(dy).max(f64::EPSILON);
        let normal = [-dy / length, dx / length];
        match bond.order {
            BondOrder::Single => match layout.wedge(bond.ends) {
                Some(wedge) if wedge.from == a => draw_wedge(svg, scale, from, to, wedge.up),
                Some(wedge) => draw_wedge(svg, scale, to, from, wedge.up),
                None => line(svg, scale, from, to),
            },
            BondOrder::Double => match inner_side(molecule, places, bond, normal) {
                // In rings and chains, one line joins the atoms and a shorter one lies inside.
                Some(side) => {
                    line(svg, scale, from, to);
                    let short = |labeled: bool| if labeled { 0.0 } else { 0.14 };
                    let (from, to) = shortened(
                        from,
                        to,
                        short(labels[a].is_some()),
                        short(labels[b].is_some()),
                    );
                    let offset = side * spread;
                    line(
                        svg,
                        scale,
                        moved(from, normal, offset),
                        moved(to, normal, offset),
                    );
                }
                None => {
                    for offset in [-spread / 2.0, spread / 2.0] {
                        line(
                            svg,
                            scale,
                            moved(from, normal, offset),
                            moved(to, normal, offset),
                        );
                    }
                }
            },
            BondOrder::Triple => {
                for offset in [-spread * 0.85, 0.0, spread * 0.85] {
                    line(
                        svg,
                        scale,
                        moved(from, normal, offset),
                        moved(to, normal, offset),
                    );
                }
            }
        }
    }
}

/// The side of a double bond with most neighbors; `None` if one end has no other neighbors, or if
/// the sides are equal and no ring decides.
fn inner_side(
    molecule: &MolecularGraph,
    places: &[Point],
    bond: &Bond,
    normal: Point,
) -> Option<f64> {
    let [a, b] = bond.ends;
    let mut sides = [0.0, 0.0];
    let mut counts = [0, 0];
    for other in molecule.bonds() {
        for (end, atom) in [a, b].into_iter().enumerate() {
            let far = match other.ends {
                [c, d] if c == atom && d != bond.ends[1 - end] => d,
                [c, d] if d == atom && c != bond.ends[1 - end] => c,
                _ => continue,
            };
            let reach = [
                places[far][0] - places[atom][0],
                places[far][1] - places[atom][1],
            ];
            counts[end] += 1;
            sides[end] += (reach[0] * normal[0] + reach[1] * normal[1]).signum();
        }
    }
    if counts[0] == 0 || counts[1] == 0 {
        return None;
    }
    let sum: f64 = sides[0] + sides[1];
    if sum != 0.0 {
        return Some(sum.signum());
    }
    let ring = ring_center(molecule, places, bond)?;
    let towards = [ring[0] - places[a][0], ring[1] - places[a][1]];
    Some((towards[0] * normal[0] + towards[1] * normal[1]).signum())
}

/// The center of a smallest ring through a bond.
fn ring_center(molecule: &MolecularGraph, places: &[Point], bond: &Bond) -> Option<Point> {
    let neighbors = molecule.neighbors();
    let [start, goal] = bond.ends;
    let mut before = vec![None; places.len()];
    before[start] = Some(start);
    let mut reached = vec![start];
    let mut next = 0;
    while before[goal].is_none() {
        let atom = *reached.get(next)?;
        next += 1;
        for &(other, _) in &neighbors[atom] {
            if before[other].is_none() && [atom, other] != [start, goal] {
                before[other] = Some(atom);
                reached.push(other);
            }
        }
    }
    let mut ring = vec![goal];
    let mut atom = goal;
    while atom != start {
        atom = before[atom]?;
        ring.push(atom);
    }
    let mean = |axis: usize| {
        let sum: f64 = ring.iter().map(|&atom| places[atom][axis]).sum();
        sum / ring.len() as f64
    };
    Some([mean(0), mean(1)])
}

fn line(svg: &mut String, scale: Scale, [x1, y1]: Point, [x2, y2]: Point) {
    let _ = writeln!(
        svg,
        "<path d=\"M{x1:.2} {y1:.2}L{x2:.2} {y2:.2}\" stroke=\"{COLOR}\" \
         stroke-width=\"{:.2}\" stroke-linecap=\"round\"/>",
        scale.line
    );
}

/// A full wedge rises toward the reader, a hatched one falls away.
fn draw_wedge(svg: &mut String, scale: Scale, from: Point, to: Point, up: bool) {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = dx.hypot(dy).max(f64::EPSILON);
    let normal = [-dy / length, dx / length];
    let half = scale.spread * 0.75;
    if up {
        let [[x1, y1], [x2, y2]] = [moved(to, normal, half), moved(to, normal, -half)];
        let [x, y] = from;
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.2} {y:.2}L{x1:.2} {y1:.2}L{x2:.2} {y2:.2}Z\" fill=\"{COLOR}\"/>"
        );
        return;
    }
    let steps = 6;
    for step in 1..=steps {
        let part = f64::from(step) / f64::from(steps);
        let middle = [from[0] + part * dx, from[1] + part * dy];
        line(
            svg,
            scale,
            moved(middle, normal, part * half),
            moved(middle, normal, -part * half),
        );
    }
}

/// A line without these parts of its length at its start and end; some part always remains.
fn shortened(from: Point, to: Point, at_from: f64, at_to: f64) -> (Point, Point) {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let part = if at_from + at_to > 0.75 {
        0.75 / (at_from + at_to)
    } else {
        1.0
    };
    let (start, end) = (at_from * part, at_to * part);
    (
        [from[0] + start * dx, from[1] + start * dy],
        [to[0] - end * dx, to[1] - end * dy],
    )
}

fn moved(point: Point, normal: Point, offset: f64) -> Point {
    [point[0] + offset * normal[0], point[1] + offset * normal[1]]
}
