use super::*;

fn read(smiles: &str) -> MolecularGraph {
    MolecularGraph::from_smiles(smiles).unwrap()
}

fn bond(a: usize, b: usize) -> Bond {
    let order = BondOrder::Single;
    Bond {
        ends: [a, b],
        order,
    }
}

#[test]
fn wrong_graphs_are_refused() {
    let build = |atoms: usize, bonds: &[[usize; 2]]| {
        let bonds = bonds.iter().map(|&[a, b]| bond(a, b)).collect();
        let graph = MolecularGraph::new(vec![Atom::new(Element::C); atoms], bonds);
        graph.unwrap_err().to_string()
    };
    assert_eq!(build(0, &[]), "a molecule has at least one atom");
    assert_eq!(
        build(2, &[[0, 2]]),
        "bond 0 names atom 2, but there are only 2 atoms, counted from 0"
    );
    assert_eq!(
        build(2, &[[0, 1], [1, 1]]),
        "bond 1 joins atom 1 to itself: bonds join two atoms"
    );
    assert_eq!(
        build(3, &[[1, 2], [2, 1]]),
        "bonds 0 and 1 both join atoms 1 and 2: write one double or triple bond"
    );
    let json = r#"{"atoms":[{"element":"C"}],"bonds":[{"ends":[0,0],"order":"single"}]}"#;
    assert!(serde_json::from_str::<MolecularGraph>(json).is_err());
    assert!(read("CCO").renumbered(&[0, 1, 1]).is_err());
    assert!(read("CCO").renumbered(&[0, 1]).is_err());
}

#[test]
fn parts_and_cycles_are_counted() {
    let naphthalene_and_water = read("c1ccc2ccccc2c1.O");
    assert_eq!(naphthalene_and_water.component_count(), 2);
    assert_eq!(naphthalene_and_water.independent_cycles(), 2);
    assert!(!naphthalene_and_water.is_connected());
    let checked = naphthalene_and_water.check();
    assert!(checked.is(Validity::Sanitized) && !checked.is(Validity::Connected));
    assert_eq!(read("C12C3C4C1C5C4C3C25").independent_cycles(), 5);
}

#[test]
fn texts_that_cannot_be_read_say_why() {
    let message = |smiles| MolecularGraph::from_smiles(smiles).unwrap_err().to_string();
    assert_eq!(message(""), "\"\" is not SMILES: SMILES input is empty");
    assert!(message("C1CC").starts_with("\"C1CC\" is not SMILES: unmatched ring closure 1"));
    assert!(message("C(C)(C)(C)(C)C").contains("is not a possible molecule"));
    assert!(message("COC(=O)O(C)C").contains("is not a possible molecule"));
    assert!(message("c1cccc1").contains("is not a possible molecule"));
    assert!(message("C*").contains("a dummy atom"));
    assert!(message(&"C(".repeat(5000)).len() < 200);
}

#[test]
fn explicit_hydrogens_and_isotopes_are_dropped() {
    assert_eq!(read("[H]C([H])([H])[H]"), read("C"));
    assert_eq!(read("[13CH4]"), read("C"));
    assert_eq!(read("[H][H]").atoms().len(), 2);
    let implied = read("N[C@@H](F)C").canonical_smiles(Stereo::Keep);
    assert_eq!(
        read("N[C@@]([H])(F)C").canonical_smiles(Stereo::Keep),
        implied
    );
}

#[test]
fn formulas_follow_hill() {
    let formula = |smiles| read(smiles).formula();
    assert_eq!(formula("CCO"), "C2H6O");
    assert_eq!(formula("[NH4+]"), "H4N+");
    assert_eq!(formula("O=C([O-])C(=O)[O-]"), "C2O4-2");
    assert_eq!(formula("ClC(Cl)(Cl)Br"), "CBrCl3");
    assert_eq!(formula("OS(=O)(=O)O"), "H2O4S");
    assert_eq!(read("O").molecular_weight(), Some(18.015));
    assert_eq!(read("[Au]").molecular_weight(), None);
}

#[test]
fn valences_are_those_of_the_table() {
    let [c, n, o, f] = [Element::C, Element::N, Element::O, Element::F];
    for (element, neutral, plus, minus) in [(c, 4, 3, 3), (n, 3, 4, 2), (o, 2, 3, 1), (f, 1, 2, 0)]
    {
        assert_eq!(max_valence(element, 0), Some(neutral));
        assert_eq!(max_valence(element, 1), Some(plus));
        assert_eq!(max_valence(element, -1), Some(minus));
    }
    assert_eq!(max_valence(c, 5), None);
}

#[test]
fn five_bonded_nitrogen_is_read_as_an_ion() {
    let double = |ends| Bond {
        ends,
        order: BondOrder::Double,
    };
    let atoms = [Element::C, Element::N, Element::O, Element::O].map(Atom::new);
    let bonds = vec![bond(0, 1), double([1, 2]), double([1, 3])];
    let nitro = MolecularGraph::new(atoms.to_vec(), bonds).unwrap();
    assert!(nitro.is_valid(Validity::ValenceRule));
    let text = nitro.canonical_smiles(Stereo::Keep).unwrap();
    assert_eq!(text, "C[N+](=O)[O-]");
}

#[test]
fn long_chains_and_many_rings_are_written() {
    let chain = "C".repeat(5000);
    assert_eq!(read(&chain).to_smiles(), chain);
    // Twelve ring bonds open at once.
    let ladder: String = (1..=12).map(|number| format!("C%{number:02}")).collect();
    let ladder = format!("{ladder}{ladder}");
    let graph = read(&ladder);
    assert!(graph.to_smiles().contains("%10"));
    assert_eq!(
        read(&graph.to_smiles()).canonical_smiles(Stereo::Drop),
        graph.canonical_smiles(Stereo::Drop)
    );
}
