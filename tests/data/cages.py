"""Checks cages.sdf: RDKit reads each record as the molecule in its title, handedness included.

    pip install rdkit==2026.9.1
    python cages.py

The records are those of `MolecularGraph::to_sdf` for molecules of QM9 (CC0) whose centers of
handedness are drawn in one line by RDKit's own layout, so that their handedness used to be lost.
"""

import pathlib

from rdkit import Chem, RDLogger

RDLogger.DisableLog("rdApp.*")


def settled(mol):
    """The text after one more reading: marks of symmetric rings are decided anew each time."""
    return Chem.MolToSmiles(Chem.MolFromSmiles(Chem.MolToSmiles(mol)))


records = pathlib.Path(__file__).with_name("cages.sdf").read_text().split("$$$$\n")[:-1]
wrong = []
for record in records:
    title = record.split("\n")[0]
    if settled(Chem.MolFromMolBlock(record)) != settled(Chem.MolFromSmiles(title)):
        wrong.append(title)
print(len(records), "records,", len(wrong), "wrong", *wrong)
