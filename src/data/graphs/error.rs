use std::path::PathBuf;

/// Why a file of graphs cannot be used.
///
/// Every message is one line, names the file and the place, and says what to do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GraphFileError {
    /// The file is no graph in any known form.
    #[error(
        "{path} {problem}: give an edge list, GraphML, node-link JSON, or a folder of such files"
    )]
    Unknown {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The file does not follow its format.
    #[error("{path}, {place}: {problem}; mend it, or save the graphs again")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, or graph and node.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// A node or edge lacks an attribute.
    #[error("{path}, {place} has no {name}, as others have: give it to all, or ignore {name}")]
    MissingAttribute {
        /// The file.
        path: PathBuf,
        /// Graph, and node or edge.
        place: String,
        /// The attribute.
        name: String,
    },
    /// An attribute is a number here and text there.
    #[error(
        "{path}, {place}: {name} is {text:?}, and a number elsewhere; read {name} as kinds, or \
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
    #[error("{path}, {place}: {name} is {value}; give a finite number, or ignore {name}")]
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
    /// An attribute of texts that are hardly kinds.
    #[error(
        "{path}: {name} has {found} different texts, such as {example:?}, and {most} kinds are \
         allowed; ignore {name}, or allow more"
    )]
    TooManyKinds {
        /// The file or folder.
        path: PathBuf,
        /// The attribute.
        name: String,
        /// Number of different texts.
        found: usize,
        /// One of them.
        example: String,
        /// The limit.
        most: usize,
    },
    /// An attribute is named that no node or edge has.
    #[error("{path} has no attribute {name}; there are {names}")]
    UnknownAttribute {
        /// The file or folder.
        path: PathBuf,
        /// The name asked for.
        name: String,
        /// All names.
        names: String,
    },
    /// A graph is not connected, and was to be refused.
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
        /// What was left out.
        reasons: String,
        /// What to do.
        remedy: String,
    },
    /// Graphs are to be written to a file of another kind.
    #[error("{path}: graphs are written as .graphml or .json, give a name that ends so")]
    UnknownExtension {
        /// The file.
        path: PathBuf,
    },
}
