use std::path::PathBuf;

/// Reasons why a file of graphs cannot be used.
///
/// Every message is one line that names the file and the location and suggests what to do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GraphFileError {
    /// The file is not a graph in a supported format.
    #[error(
        "{path} {problem}: use an edge list, GraphML, node-link JSON, or a folder of such files"
    )]
    Unknown {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The file does not follow its format.
    #[error("{path}, {place}: {problem}; fix it, or save the graphs again")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, or graph and node.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// A node or edge lacks an attribute.
    #[error("{path}, {place} lacks {name}, which others have: add it everywhere, or ignore {name}")]
    MissingAttribute {
        /// The file.
        path: PathBuf,
        /// Graph, and node or edge.
        place: String,
        /// The attribute.
        name: String,
    },
    /// An attribute is a number in one place and text in another.
    #[error(
        "{path}, {place}: {name} is {text:?}, but a number elsewhere; read {name} as kinds, or \
         ignore it"
    )]
    MixedAttribute {
        /// The file.
        path: PathBuf,
        /// Graph, and node or edge with the text.
        place: String,
        /// The attribute.
        name: String,
        /// The text.
        text: String,
    },
    /// A number is NaN or infinite.
    #[error("{path}, {place}: {name} is {value}; use a finite number, or ignore {name}")]
    NotFinite {
        /// The file.
        path: PathBuf,
        /// Graph, and node or edge.
        place: String,
        /// The attribute.
        name: String,
        /// The rejected value.
        value: f64,
    },
    /// An attribute has too many different texts.
    #[error(
        "{path}: {name} has {found} different texts, such as {example:?}, but {most} kinds are \
         allowed; ignore {name}, or allow more"
    )]
    TooManyKinds {
        /// The file or folder.
        path: PathBuf,
        /// The attribute.
        name: String,
        /// Number of different texts.
        found: usize,
        /// One of the texts.
        example: String,
        /// The limit.
        most: usize,
    },
    /// No node or edge has the named attribute.
    #[error("{path} has no attribute {name}; there are {names}")]
    UnknownAttribute {
        /// The file or folder.
        path: PathBuf,
        /// The requested name.
        name: String,
        /// All names.
        names: String,
    },
    /// A graph is not connected, and the options make this an error.
    #[error(
        "{path}, {place} has {components} connected components: join them, or take the largest of \
         each graph"
    )]
    Disconnected {
        /// The file.
        path: PathBuf,
        /// The graph.
        place: String,
        /// Number of components.
        components: usize,
    },
    /// No graph is left.
    #[error("{path}: none of its {found} graphs can be used ({reasons}); {remedy}")]
    NothingLeft {
        /// The file or folder.
        path: PathBuf,
        /// Number of graphs in it.
        found: usize,
        /// Counts of the graphs left out, by reason.
        reasons: String,
        /// What to do.
        remedy: String,
    },
    /// The extension of an output file is not supported.
    #[error("{path}: use a file name that ends in .graphml or .json")]
    UnknownExtension {
        /// The file.
        path: PathBuf,
    },
}
