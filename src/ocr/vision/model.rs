//! The networks made of the model's files. Knows nothing of pictures.

use rten::{ModelOptions, op_registry};

use crate::model::ModelFault;
use crate::ocr::Files;

/// The networks, ready to run.
pub(in crate::ocr) struct Model {
    pub(super) detector: rten::Model,
    pub(super) recogniser: rten::Model,
    /// What the recogniser's classes stand for; class 0 is nothing.
    pub(super) characters: Vec<String>,
    /// The classes of the characters that marks are made of.
    pub(super) of_marks: Vec<usize>,
}

/// The characters of levels, periods and internal notices (GB/T 9704; `patterns/prc-*.toml`).
pub(super) const OF_MARKS: &str = "绝机秘密★年月长期启用前工作内部资料文件参考";

impl Model {
    /// Makes networks of checked files.
    ///
    /// # Errors
    /// The files cannot be read, are others, or hold what the engine does not know.
    pub(in crate::ocr) fn load(files: &Files) -> Result<Self, ModelFault> {
        let [detector, recogniser, characters] = files.read()?;
        let network = |bytes| options().load(bytes).map_err(|_| ModelFault::Unreadable);
        let characters = String::from_utf8(characters).map_err(|_| ModelFault::Unreadable)?;
        let characters: Vec<String> =
            std::iter::once("").chain(characters.lines()).chain([" "]).map(str::to_string).collect();
        let is_of_marks = |class: &usize| !characters[*class].is_empty() && OF_MARKS.contains(&characters[*class]);
        let of_marks = (0..characters.len()).filter(is_of_marks).collect();
        Ok(Model { detector: network(detector)?, recogniser: network(recogniser)?, characters, of_marks })
    }
}

/// The operators the two networks are made of, and no others.
fn options() -> ModelOptions {
    ModelOptions::with_ops(op_registry!(
        Add,
        AveragePool,
        BatchNormalization,
        Concat,
        Conv,
        ConvTranspose,
        Div,
        Erf,
        GlobalAveragePool,
        HardSigmoid,
        HardSwish,
        Identity,
        MatMul,
        MaxPool,
        Mul,
        ReduceMean,
        Relu,
        Reshape,
        Resize,
        Sigmoid,
        Slice,
        Softmax,
        Squeeze,
        Sub,
        Transpose,
        Unsqueeze
    ))
}
