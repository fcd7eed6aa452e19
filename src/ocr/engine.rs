//! What reads pictures in one process: the open files of the model, made into networks when the
//! first picture comes. A build without the feature `ocr` has one that reads nothing.

use std::path::Path;

use super::{Bounds, ReadPage};
use crate::model::GapReason;
#[cfg(feature = "ocr")]
use crate::model::ModelFault;

/// What hears of a page: its number from 0, all its lines so far, how many of them were told
/// before, and whether these are all.
pub type OnPage<'t> = &'t mut dyn FnMut(u64, &ReadPage, usize, bool);

/// Reads pictures, one after another.
pub struct Engine {
    #[cfg(feature = "ocr")]
    files: Result<super::Files, ModelFault>,
    #[cfg(feature = "ocr")]
    model: std::cell::OnceCell<Result<super::vision::Model, ModelFault>>,
}

#[cfg(feature = "ocr")]
impl Engine {
    /// An engine with the model in a folder, whose files are opened here and read when they are needed.
    pub fn open(folder: Option<&Path>) -> Self {
        let files = folder.ok_or(ModelFault::Missing).and_then(super::Files::open);
        Engine { files, model: std::cell::OnceCell::new() }
    }

    /// Reads the text in a picture and its further pages.
    ///
    /// # Errors
    /// There is no model; the picture cannot be decoded or is larger than allowed; what `check` says.
    pub fn read(
        &self,
        bytes: &[u8],
        bounds: Bounds,
        check: &dyn Fn() -> Result<(), GapReason>,
        tell: OnPage<'_>,
    ) -> Result<(), GapReason> {
        let model = self.model()?;
        super::vision::decode(bytes, bounds, &mut |number, picture| {
            check()?;
            super::vision::read(model, picture, check, &mut |page, told, last| tell(number, page, told, last))
        })
    }

    /// Reads the text in pixels: rows of red, green and blue.
    ///
    /// # Errors
    /// There is no model; there are fewer pixels than said; what `check` says.
    pub fn read_pixels(
        &self,
        (width, height): (u32, u32),
        pixels: Vec<u8>,
        check: &dyn Fn() -> Result<(), GapReason>,
        tell: OnPage<'_>,
    ) -> Result<(), GapReason> {
        let model = self.model()?;
        let picture = image::RgbImage::from_raw(width, height, pixels).ok_or(GapReason::Damaged)?;
        super::vision::read(model, &picture, check, &mut |page, told, last| tell(0, page, told, last))
    }

    /// Whether the model can be used; it is not made ready for that.
    ///
    /// # Errors
    /// Its files are not there.
    pub fn is_open(&self) -> Result<(), GapReason> {
        self.files.as_ref().map(drop).map_err(|fault| GapReason::PictureModel(*fault))
    }

    fn model(&self) -> Result<&super::vision::Model, GapReason> {
        let load = || self.files.as_ref().map_err(|fault| *fault).and_then(super::vision::Model::load);
        self.model.get_or_init(load).as_ref().map_err(|fault| GapReason::PictureModel(*fault))
    }
}

#[cfg(not(feature = "ocr"))]
impl Engine {
    /// An engine that reads nothing.
    pub fn open(_: Option<&Path>) -> Self {
        Engine {}
    }

    /// Reads nothing.
    ///
    /// # Errors
    /// Always.
    pub fn read(
        &self,
        _: &[u8],
        _: Bounds,
        _: &dyn Fn() -> Result<(), GapReason>,
        _: OnPage<'_>,
    ) -> Result<(), GapReason> {
        Err(GapReason::Picture)
    }

    /// Reads nothing.
    ///
    /// # Errors
    /// Always.
    pub fn read_pixels(
        &self,
        _: (u32, u32),
        _: Vec<u8>,
        _: &dyn Fn() -> Result<(), GapReason>,
        _: OnPage<'_>,
    ) -> Result<(), GapReason> {
        Err(GapReason::Picture)
    }

    /// It never can.
    ///
    /// # Errors
    /// Always.
    pub fn is_open(&self) -> Result<(), GapReason> {
        Err(GapReason::Picture)
    }
}
