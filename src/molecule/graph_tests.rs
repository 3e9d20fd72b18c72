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
fn invalid_graphs_are_rejected() {
    let build = |atoms: usize, bonds: &[[usize; 2]]| {
        let bonds = bonds.iter().map(|&[a, b]| bond(a, b)).collect();
        let graph = MolecularGraph::new(vec![Atom::new(Element::C); atoms], bonds);
        graph.unwrap_err().to_string()
    };
    assert_eq!(build(0, &[]), "a molecule needs at least one atom");
    assert_eq!(
        build(2, &[[0, 2]]),
        "bond 0 has atom 2, but there are only 2 atoms, counted from 0"
    );
    assert_eq!(
        build(1, &[[0, 1]]),
        "bond 0 has atom 1, but there is only 1 atom, counted from 0"
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
fn unreadable_texts_report_the_reason() {
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
    for (marked, plain) in [
        ("[2H]O[2H]", "O"),
        ("[2H]C", "C"),
        ("[3H]c1ccccc1", "c1ccccc1"),
        ("[2H]C([2H])([2H])S(=O)(=O)C", "CS(=O)(=O)C"),
        ("[H]/C=C/[H]", "C=C"),
        ("[H]/C(C)=C/F", "CC=CF"),
        ("[H]/N=C(/C)O", "N=C(C)O"),
        ("[2H]/C=C/C", "C=CC"),
        ("[2H]/N=C(\\[2H])[13CH3]", "N=CC"),
        ("C[C@]([2H])(F)O", "C[C@H](F)O"),
        ("C[C@H]([2H])O", "CCO"),
        ("[13CH3][C@H](C)O", "CC(C)O"),
        ("[H:1]C", "C"),
    ] {
        let text = |smiles| read(smiles).canonical_smiles(Stereo::Keep).unwrap();
        assert_eq!(text(marked), text(plain), "{marked}");
        assert_eq!(
            read(marked).atoms().len(),
            read(plain).atoms().len(),
            "{marked}"
        );
    }
    // As in RDKit.
    for kept in ["[H][H]", "[2H][H]", "[2H][2H]"] {
        assert_eq!(read(kept), read("[H][H]"));
    }
    for (kept, atoms) in [("[H][H]", 2), ("[H+]", 1), ("[2H+]", 1), ("[H-]", 1)] {
        assert_eq!(read(kept).atoms().len(), atoms, "{kept}");
    }
    let implied = read("N[C@@H](F)C").canonical_smiles(Stereo::Keep);
    assert_eq!(
        read("N[C@@]([H])(F)C").canonical_smiles(Stereo::Keep),
        implied
    );
}

#[test]
fn excess_hydrogens_are_rejected() {
    for smiles in [
        "O=[PH3]",
        "CN1CCN([SH3])CC1",
        "[GeH4]",
        "C[SnH](C)C",
        "[NaH]",
        "[SH4]",
        "[SH6]",
        "[PH5]",
        "[IH3]",
        "F[Cl+](F)F",
        "F[Si-](F)(F)F",
    ] {
        let error = MolecularGraph::from_smiles(smiles).unwrap_err();
        assert!(
            matches!(error, MoleculeError::Unsupported { .. }),
            "{error}"
        );
    }
    let error = MolecularGraph::from_smiles("O=[PH3]").unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"O=[PH3]\" has 3 hydrogens at P, whose bonds imply 1, which a molecular graph cannot \
         represent: leave it out"
    );
    // Unpaired electrons are dropped, not rejected.
    for (radical, filled) in [
        ("[CH3]", "C"),
        ("CN(C)[O]", "CN(C)O"),
        ("[C]", "C"),
        ("[Cl]", "Cl"),
    ] {
        assert_eq!(read(radical).formula(), read(filled).formula(), "{radical}");
    }
}

/// For all elements and charges, all texts of a graph imply the same hydrogens.
#[test]
fn texts_of_all_elements_hold_the_same_hydrogens() {
    let mut compared = 0;
    for element in (1..=118).filter_map(Element::new) {
        for charge in -3..=3 {
            for fluorines in 0..=6 {
                let atom = Atom {
                    charge,
                    ..Atom::new(element)
                };
                let mut atoms = vec![atom];
                atoms.resize(fluorines + 1, Atom::new(Element::F));
                let bonds = (1..=fluorines).map(|fluorine| bond(0, fluorine)).collect();
                let graph = MolecularGraph::new(atoms, bonds).unwrap();
                let Ok(canonical) = graph.canonical_smiles(Stereo::Keep) else {
                    continue;
                };
                // A single hydrogen with a bond is implied by its partner.
                if element == Element::H && fluorines > 0 {
                    continue;
                }
                for text in [canonical, graph.to_smiles()] {
                    let back = MolecularGraph::from_smiles(&text);
                    let back = back.unwrap_or_else(|error| panic!("{error}"));
                    assert_eq!(back.formula(), graph.formula(), "{text}");
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn the_largest_part_is_found() {
    let graph = read("[Na+].C[C@H](N)C(=O)[O-].O.C[C@@H](N)C(=O)[O-]");
    assert_eq!(graph.component_count(), 4);
    let parts = graph.components();
    assert!(parts.is_sorted() && parts.last() == Some(&3));
    assert_eq!(graph.largest_part(), read("C[C@H](N)C(=O)[O-]"));
    assert_eq!(read("CCO").largest_part(), read("CCO"));
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
