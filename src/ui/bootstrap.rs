//! The file by which the browser gets in: readable by its owner alone, it posts the one-time code. So the code stands
//! on no command line, in no address and in no history.

use std::io;
use std::path::{Path, PathBuf};

use maud::{DOCTYPE, PreEscaped, html};

use crate::disk::{Disk, FileRef, fresh_id, private_folder};
use crate::model::Lang;

/// The file, as long as it lies there.
#[derive(Debug)]
pub(super) struct Bootstrap {
    place: FileRef,
}

impl Bootstrap {
    /// Writes the file for this host and code, and takes away what a killed server left.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn write(run: &Path, host: &str, code: &str, lang: Lang) -> io::Result<Self> {
        private_folder(run)?;
        let folder = private_folder(&run.join("page"))?;
        for left in std::fs::read_dir(folder.path())?.flatten() {
            let old = left.metadata().and_then(|meta| meta.modified()).ok().and_then(|time| time.elapsed().ok());
            if old.is_some_and(|age| age.as_secs() > 3600) {
                Disk::default().remove_if_there(&FileRef::new(&folder, left.file_name()))?;
            }
        }
        let place = FileRef::new(&folder, format!("{}.html", fresh_id()?));
        Disk::default().replace(&place, page(host, code, lang).into_bytes().as_slice())?;
        Ok(Bootstrap { place })
    }

    /// Where it lies.
    pub(super) fn path(&self) -> PathBuf {
        self.place.path()
    }

    /// Takes it away: the code was used, or the server ends.
    pub(super) fn remove(&self) {
        if let Err(e) = Disk::default().remove_if_there(&self.place) {
            tracing::warn!(error = %e.kind(), "the file that opens the page");
        }
    }
}

fn page(host: &str, code: &str, lang: Lang) -> String {
    html! {
        (DOCTYPE)
        html lang=(lang.pick("en", "zh-CN")) {
            head {
                meta charset="utf-8";
                meta name="referrer" content="no-referrer";
                title { (lang.pick("Mizha", "密闸")) }
            }
            body {
                form method="post" action={ "http://" (host) "/enter" } {
                    input type="hidden" name="code" value=(code);
                    button { (lang.pick("Open Mizha", "打开密闸")) }
                }
                script { (PreEscaped("document.forms[0].submit()")) }
            }
        }
    }
    .into_string()
}
