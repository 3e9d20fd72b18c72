use std::fmt;

use serde::Serialize;

/// A numeric property of a molecule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MoleculeProperty {
    /// Average molecular weight.
    MolecularWeight,
    /// Octanol–water partition coefficient by Wildman and Crippen.
    LogP,
    /// Topological polar surface area by Ertl, Rohde and Selzer.
    PolarSurface,
    /// Complexity by Bertz.
    Complexity,
    /// Number of acceptors of hydrogen bonds.
    HBondAcceptors,
    /// Number of donors of hydrogen bonds.
    HBondDonors,
    /// Number of rotatable bonds.
    RotatableBonds,
    /// Number of rings with a bond that is not aromatic.
    AliphaticRings,
    /// Number of rings with aromatic bonds only.
    AromaticRings,
    /// Number of rings.
    Rings,
    /// Sizes of all rings of all molecules.
    RingSize,
    /// Number of atoms other than hydrogen.
    HeavyAtoms,
    /// Drug-likeness by Bickerton et al.
    #[cfg(feature = "qed")]
    DrugLikeness,
}

impl MoleculeProperty {
    /// All properties; the nine of the KL score first.
    pub const ALL: &'static [Self] = &[
        Self::MolecularWeight,
        Self::LogP,
        Self::PolarSurface,
        Self::Complexity,
        Self::HBondAcceptors,
        Self::HBondDonors,
        Self::RotatableBonds,
        Self::AliphaticRings,
        Self::AromaticRings,
        Self::Rings,
        Self::RingSize,
        Self::HeavyAtoms,
        #[cfg(feature = "qed")]
        Self::DrugLikeness,
    ];

    /// Returns the name for display.
    pub fn name(self) -> &'static str {
        match self {
            Self::MolecularWeight => "molecular weight",
            Self::LogP => "logP",
            Self::PolarSurface => "polar surface",
            Self::Complexity => "complexity (Bertz)",
            Self::HBondAcceptors => "H-bond acceptors",
            Self::HBondDonors => "H-bond donors",
            Self::RotatableBonds => "rotatable bonds",
            Self::AliphaticRings => "aliphatic rings",
            Self::AromaticRings => "aromatic rings",
            Self::Rings => "rings",
            Self::RingSize => "ring size",
            Self::HeavyAtoms => "heavy atoms",
            #[cfg(feature = "qed")]
            Self::DrugLikeness => "drug-likeness (QED)",
        }
    }

    /// Returns the unit; empty for dimensionless numbers.
    pub fn unit(self) -> &'static str {
        match self {
            Self::MolecularWeight => "g/mol",
            Self::PolarSurface => "Å²",
            Self::Complexity => "bits",
            Self::RingSize => "atoms",
            _ => "",
        }
    }

    /// Returns whether the property is a count, which is compared by shares; others are compared by
    /// densities.
    pub fn is_count(self) -> bool {
        match self {
            Self::MolecularWeight | Self::LogP | Self::PolarSurface | Self::Complexity => false,
            #[cfg(feature = "qed")]
            Self::DrugLikeness => false,
            _ => true,
        }
    }

    /// Returns whether the property is one of the nine that the KL score averages.
    ///
    /// GuacaMol has a tenth, the similarity to the nearest neighbor in the sample, which is omitted
    /// here.
    pub fn is_in_kl_score(self) -> bool {
        match self {
            Self::Rings | Self::RingSize | Self::HeavyAtoms => false,
            #[cfg(feature = "qed")]
            Self::DrugLikeness => false,
            _ => true,
        }
    }
}

impl fmt::Display for MoleculeProperty {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
