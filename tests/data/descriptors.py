"""Writes descriptors.tsv: what RDKit says of molecules of QM9 and of ZINC.

    pip install rdkit==2026.9.1
    python descriptors.py QM9.SMI ZINC.SMI.GZ

QM9.SMI is the list of 133,015 SMILES that the unpooling paper uses (QM9, CC0). ZINC.SMI.GZ is the
list of 249,456 SMILES of the drug-like subset of ZINC by Gomez-Bombarelli et al.; 300 lines of it
are taken. All molecules are written without stereo marks.

Fingerprints are Morgan's, radius 2, 1,024 bits: the number of bits, the sum of their positions, and
the Tanimoto similarity to the molecule of the row before.
"""

import gzip
import random
import sys

import rdkit
from rdkit import Chem, DataStructs, RDLogger
from rdkit.Chem import QED, Crippen, Descriptors, rdFingerprintGenerator
from rdkit.Chem.Scaffolds import MurckoScaffold

RDLogger.DisableLog("rdApp.*")
GENERATOR = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=1024)
NUMBERS = [
    ("acceptors", Descriptors.NumHAcceptors),
    ("donors", Descriptors.NumHDonors),
    ("rotatable", Descriptors.NumRotatableBonds),
    ("aliphatic_rings", Descriptors.NumAliphaticRings),
    ("aromatic_rings", Descriptors.NumAromaticRings),
]


def flat(line):
    mol = Chem.MolFromSmiles(line.split()[0])
    if mol is None:
        return None
    Chem.RemoveStereochemistry(mol)
    return Chem.MolToSmiles(mol)


def read(path):
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt") as file:
        return file.read().splitlines()


def main():
    rng = random.Random(20_261)
    texts = []
    for path, count in [(sys.argv[1], 500), (sys.argv[2], 300)]:
        lines = read(path)
        found = (flat(line) for line in rng.sample(lines, len(lines)))
        found = (text for text in found if text)
        texts += [next(found) for _ in range(count)]
    head = ["smiles", "weight", "logp", "tpsa", "bertz", "qed", *[name for name, _ in NUMBERS]]
    head += ["rings", "scaffold", "bits", "bit_sum", "tanimoto"]
    before = None
    with open("descriptors.tsv", "w") as file:
        file.write(f"# RDKit {rdkit.__version__}, tests/data/descriptors.py\n")
        file.write("\t".join(head) + "\n")
        for text in texts:
            mol = Chem.MolFromSmiles(text)
            bits = GENERATOR.GetFingerprint(mol)
            on = list(bits.GetOnBits())
            rings = sorted(len(ring) for ring in mol.GetRingInfo().AtomRings())
            row = [text, f"{Descriptors.MolWt(mol):.3f}", f"{Crippen.MolLogP(mol):.5f}"]
            row += [f"{Descriptors.TPSA(mol):.4f}", f"{Descriptors.BertzCT(mol):.5f}", f"{QED.qed(mol):.6f}"]
            row += [str(of(mol)) for _, of in NUMBERS]
            row += [" ".join(map(str, rings)), Chem.MolToSmiles(MurckoScaffold.GetScaffoldForMol(mol))]
            row += [str(len(on)), str(sum(on))]
            row.append("" if before is None else f"{DataStructs.TanimotoSimilarity(before, bits):.6f}")
            before = bits
            file.write("\t".join(row) + "\n")


if __name__ == "__main__":
    main()
