"""Writes molecules.tsv and broken_molecules.tsv: what RDKit says of molecules of QM9 and of
randomly changed ones.

    pip install rdkit==2026.9.1
    python molecules.py QM9.SMI

QM9.SMI is the list of 133,015 SMILES that the unpooling paper uses (QM9, CC0).

A graph is written `C N+ C@@;0-1 1=2`: atoms with charge and chirality tag, which belongs to the
order of bonds in the list; then bonds with their atoms, - = # for single, double, triple.
"""

import random
import sys

import rdkit
from rdkit import Chem, RDLogger
from rdkit.Chem import Crippen, Descriptors, rdMolDescriptors

RDLogger.DisableLog("rdApp.*")
BONDS = {1: ("-", Chem.BondType.SINGLE), 2: ("=", Chem.BondType.DOUBLE), 3: ("#", Chem.BondType.TRIPLE)}
TAGS = {
    "": Chem.ChiralType.CHI_UNSPECIFIED,
    "@": Chem.ChiralType.CHI_TETRAHEDRAL_CCW,
    "@@": Chem.ChiralType.CHI_TETRAHEDRAL_CW,
}
MARKS = {tag: mark for mark, tag in TAGS.items()}


def graph_of(mol):
    mol = Chem.Mol(mol)
    Chem.Kekulize(mol, clearAromaticFlags=True)
    atoms = [(a.GetSymbol(), a.GetFormalCharge(), MARKS[a.GetChiralTag()]) for a in mol.GetAtoms()]
    bonds = [
        (b.GetBeginAtomIdx(), b.GetEndAtomIdx(), int(b.GetBondTypeAsDouble())) for b in mol.GetBonds()
    ]
    return atoms, bonds


def unsanitised(graph):
    mol = Chem.RWMol()
    for symbol, charge, mark in graph[0]:
        atom = Chem.Atom(symbol)
        atom.SetFormalCharge(charge)
        atom.SetChiralTag(TAGS[mark])
        mol.AddAtom(atom)
    for a, b, order in graph[1]:
        mol.AddBond(a, b, BONDS[order][1])
    return Chem.MolToSmiles(mol)


def text_of(graph):
    sign = {0: "", 1: "+", -1: "-"}
    atoms = " ".join(f"{symbol}{sign[charge]}{mark}" for symbol, charge, mark in graph[0])
    bonds = " ".join(f"{a}{BONDS[order][0]}{b}" for a, b, order in graph[1])
    return f"{atoms};{bonds}"


def sort_bonds(graph):
    """Under the tags, as the authors' pipeline does."""
    return graph[0], sorted((min(a, b), max(a, b), order) for a, b, order in graph[1])


def choose(lines, rng):
    """Of each kind enough."""
    shuffled = rng.sample(lines, len(lines))
    kinds = [
        (60, lambda s: Chem.MolFromSmiles(s) is None),
        (440, lambda s: "@" in s and "1" in s),
        (500, lambda s: "+" in s or "-" in s),
        (400, lambda s: any(c in s for c in "cno")),
        (600, lambda s: True),
    ]
    chosen = []
    for count, is_kind in kinds:
        found = 0
        while found < count:
            line = shuffled.pop()
            if is_kind(line):
                chosen.append(line)
                found += 1
    return chosen


def describe(line):
    mol = Chem.MolFromSmiles(line)
    if mol is None:
        return [line]
    graph = graph_of(mol)
    text = unsanitised(graph)
    read = Chem.MolFromSmiles(text)
    return [
        line,
        text_of(graph),
        Chem.MolToSmiles(read),
        Chem.MolToSmiles(read, isomericSmiles=False),
        # Only canonical where nothing is aromatic.
        "" if any(a.GetIsAromatic() for a in read.GetAtoms()) else unsanitised(sort_bonds(graph)),
        rdMolDescriptors.CalcMolFormula(read),
        f"{Descriptors.MolWt(read):.3f}",
        f"{Crippen.MolLogP(read):.5f}",
        # RDKit's own count of rings is that of all relevant cycles since 2026.09.
        str(len(Chem.GetSSSR(read))),
    ]


def break_graph(graph, rng):
    """One to three random changes; sometimes a nitrogen with five bonds."""
    atoms, bonds = list(graph[0]), list(graph[1])
    nitrogens = [i for i, atom in enumerate(atoms) if atom[0] == "N" and atom[1] == 0]
    if nitrogens and rng.random() < 0.3:
        centre = rng.choice(nitrogens)
        room = 5 - sum(order for *ends, order in bonds if centre in ends)
        order, symbol = rng.choice([(2, "O"), (2, "O"), (2, "C"), (min(3, room), "N")])
        for order, symbol in [(order, symbol), *[(1, rng.choice("CCOF"))] * (room - order)]:
            atoms.append((symbol, 0, ""))
            bonds.append((centre, len(atoms) - 1, order))
        return atoms, bonds
    for _ in range(rng.randint(1, 3)):
        kind = rng.randrange(4)
        i = rng.randrange(len(atoms))
        symbol, charge, mark = atoms[i]
        if kind == 0:
            atoms[i] = (rng.choice("CCNOF"), charge, mark)
        elif kind == 1:
            atoms[i] = (symbol, rng.choice([0, 1, -1]), rng.choice(list(TAGS)))
        elif kind == 2 and bonds:
            k = rng.randrange(len(bonds))
            bonds[k] = (*bonds[k][:2], rng.choice([1, 2, 3]))
        elif len(atoms) > 2:
            j = rng.choice([j for j in range(len(atoms)) if j != i])
            if all({i, j} != set(bond[:2]) for bond in bonds):
                bonds.append((i, j, rng.choice([1, 1, 2])))
    return atoms, bonds


def judge(graph):
    mol = Chem.MolFromSmiles(unsanitised(graph))
    return [text_of(graph), "" if mol is None else Chem.MolToSmiles(mol)]


def write(path, header, rows):
    with open(path, "w") as file:
        file.write(f"# RDKit {rdkit.__version__}, tests/data/molecules.py; empty: RDKit rejects it\n")
        for row in [header, *rows]:
            file.write("\t".join(row) + "\n")


def main():
    lines = open(sys.argv[1]).read().split()
    rng = random.Random(20_260)
    header = "line graph isomeric flat published formula weight logp rings".split()
    write("molecules.tsv", header, [describe(line) for line in choose(lines, rng)])
    broken = []
    while len(broken) < 1000:
        mol = Chem.MolFromSmiles(rng.choice(lines))
        if mol is not None and mol.GetNumAtoms() > 3:
            broken.append(judge(break_graph(graph_of(mol), rng)))
    write("broken_molecules.tsv", ["graph", "isomeric"], broken)


if __name__ == "__main__":
    main()
