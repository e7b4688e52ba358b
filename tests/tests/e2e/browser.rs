//! A real Chromium, driven through WebDriver: finding things as people who cannot see them find them, by role and accessible name.

use serde_json::Value;
use std::future::Future;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};
use thirtyfour::common::command::{Command, ExtensionCommand};
use thirtyfour::prelude::*;

/// Under which path the tests serve the page: not the root, so that an absolute path anywhere breaks every test.
pub(crate) const PREFIX: &str = "/some/where/";

/// How long the page may take, in wall time, to show what the engine already knows.
const PATIENCE: Duration = Duration::from_secs(45);

/// A page in a browser of its own.
pub(crate) struct Page {
    pub(crate) driver: WebDriver,
}

/// Runs a story on a freshly opened page: 1 440×900, English, an empty profile. A story that fails leaves a picture and the console's lines.
pub(crate) fn story<T, F>(name: &str, tell: T)
where
    T: FnOnce(Page) -> F + 'static,
    F: Future<Output = ()> + 'static,
{
    open_story(name, "", tell);
}

/// As [`story`], with something behind the page's address (`#v1.…`, `?…`).
pub(crate) fn open_story<T, F>(name: &str, suffix: &str, tell: T)
where
    T: FnOnce(Page) -> F + 'static,
    F: Future<Output = ()> + 'static,
{
    // One browser at a time: two cores, and stories that are easy to follow.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let url = format!("http://127.0.0.1:{}{PREFIX}{suffix}", server_port());
    let told = runtime.block_on(async {
        let driver = Driver::start().await;
        let page = driver.open(&url).await;
        let keep = Page { driver: page.driver.clone() };
        let told = tokio::task::LocalSet::new().run_until(async { tokio::task::spawn_local(tell(page)).await }).await;
        if told.is_err() {
            keep.leave_evidence(name).await;
        }
        keep.driver.clone().quit().await.ok();
        told
    });
    if let Err(failed) = told {
        std::panic::resume_unwind(failed.into_panic());
    }
}

/// The port of the static server of `dist/`, started once.
fn server_port() -> u16 {
    static PORT: OnceLock<u16> = OnceLock::new();
    *PORT.get_or_init(|| {
        let dist = root().join("dist");
        assert!(dist.join("index.html").is_file(), "dist/ is not built: `cargo xtask test e2e` builds it first");
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || crate::static_server::serve(&listener, &dist, PREFIX));
        port
    })
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the project's root").to_path_buf()
}

/// A chromedriver process; ends with its value.
struct Driver {
    process: Child,
    port: u16,
    profile: PathBuf,
}

impl Driver {
    async fn start() -> Driver {
        let program = std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".into());
        // Asked for and let go again; chromedriver's own `--port=0` does not say which it took.
        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr()).expect("a port").port();
        let process = Process::new(&program)
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|why| panic!("`{program}` did not start: {why}. `cargo xtask setup` installs it"));
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "chromedriver does not listen");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let profile = std::env::temp_dir().join(format!("resync-e2e-{port}-{}", std::process::id()));
        std::fs::create_dir_all(&profile).expect("a temporary folder");
        Driver { process, port, profile }
    }

    async fn open(&self, url: &str) -> Page {
        let mut wanted = DesiredCapabilities::chrome();
        let profile = format!("--user-data-dir={}", self.profile.display());
        for switch in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--lang=en-US",
            "--window-size=1440,900",
            &profile,
        ] {
            wanted.add_arg(switch).expect("a switch");
        }
        wanted.set_browser_log_level(thirtyfour::LoggingPrefsLogLevel::All).expect("a preference");
        let driver = WebDriver::new(format!("http://127.0.0.1:{}", self.port), wanted)
            .await
            .expect("a browser session (chromium and chromedriver of the same major)");
        driver.set_script_timeout(Duration::from_secs(120)).await.expect("a timeout");
        let page = Page { driver };
        page.size(1440, 900, 1.0).await;
        page.driver.goto(url).await.expect("the page opens");
        page
    }
}
impl Drop for Driver {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
        std::fs::remove_dir_all(&self.profile).ok();
    }
}

/// `GET /element/{id}/computedlabel` and its sibling, which the client library does not know.
#[derive(Debug)]
struct Computed {
    element: String,
    what: &'static str,
}
impl ExtensionCommand for Computed {
    fn parameters_json(&self) -> Option<Value> {
        None
    }
    fn method(&self) -> http::Method {
        http::Method::GET
    }
    fn endpoint(&self) -> std::sync::Arc<str> {
        format!("/element/{}/{}", self.element, self.what).into()
    }
}

/// Elements that may have a role, by the role.
fn candidates(role: &str) -> &'static str {
    match role {
        "button" => "button, [role=button], summary",
        "slider" => "input[type=range], [role=slider]",
        "radio" => "input[type=radio]",
        "textbox" => "input:not([type=range]):not([type=checkbox]):not([type=radio]):not([type=number]), textarea, [role=textbox]",
        "spinbutton" => "input[type=number], [role=spinbutton]",
        "region" => "section, [role=region]",
        "tab" => "[role=tab]",
        "option" => "option, [role=option]",
        "menuitem" => "[role=menuitem]",
        "link" => "a[href], [role=link]",
        "dialog" => "dialog, [role=dialog]",
        "alertdialog" => "[role=alertdialog]",
        _ => "*",
    }
}

impl Page {
    /// The viewport, in CSS pixels, and device pixels for each of them.
    pub(crate) async fn size(&self, width: u64, height: u64, scale: f64) {
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            serde_json::json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false }),
        )
        .await;
    }

    /// A command of the DevTools protocol.
    pub(crate) async fn cdp(&self, method: &str, params: Value) -> Value {
        self.driver.cdp().send_raw(method, params).await.unwrap_or_else(|why| panic!("{method}: {why}"))
    }

    /// What an expression of JavaScript gives; promises are awaited, and what is thrown fails the story.
    pub(crate) async fn js(&self, expression: &str) -> Value {
        self.try_js(expression).await.unwrap_or_else(|why| panic!("`{expression}` threw {why}"))
    }

    /// As [`Page::js`]; what is thrown comes back as its message.
    pub(crate) async fn try_js(&self, expression: &str) -> Result<Value, String> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async () => ({expression}))().then(value => done({{ value: value === undefined ? null : value }}), error => done({{ error: String(error && error.message || error) }}));"
        );
        let answer = self.driver.execute_async(script, Vec::<Value>::new()).await.unwrap_or_else(|why| panic!("`{expression}`: {why}"));
        let mut answer = answer.json().clone();
        match answer.get("error") {
            Some(error) => Err(error.as_str().unwrap_or_default().to_owned()),
            None => Ok(answer["value"].take()),
        }
    }

    async fn computed(&self, element: &WebElement, what: &'static str) -> String {
        let command = Computed { element: element.element_id().to_string(), what };
        match self.driver.cmd(Command::ExtensionCommand(Box::new(command))).await {
            Ok(answer) => answer.value::<String>().unwrap_or_default(),
            // It was drawn anew meanwhile.
            Err(_) => String::new(),
        }
    }

    /// The accessible name that the browser computes.
    pub(crate) async fn name_of(&self, element: &WebElement) -> String {
        self.computed(element, "computedlabel").await
    }

    /// All displayed elements of this role whose name passes.
    pub(crate) async fn all(&self, role: &str, fits: impl Fn(&str) -> bool) -> Vec<WebElement> {
        let mut found = Vec::new();
        for element in self.driver.find_all(By::Css(candidates(role))).await.unwrap_or_default() {
            let name = self.name_of(&element).await;
            if fits(&name) && self.computed(&element, "computedrole").await == role && element.is_displayed().await.unwrap_or(false) {
                found.push(element);
            }
        }
        found
    }

    /// The element of this role with exactly this name, as soon as it is there.
    pub(crate) async fn get(&self, role: &str, name: &str) -> WebElement {
        let begun = Instant::now();
        loop {
            if let Some(element) = self.all(role, |label| label == name).await.into_iter().next() {
                return element;
            }
            if begun.elapsed() > PATIENCE {
                let mut names = Vec::new();
                for element in self.driver.find_all(By::Css(candidates(role))).await.unwrap_or_default() {
                    names.push(self.name_of(&element).await);
                }
                panic!("no {role} is called `{name}`; there are {names:?}");
            }
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    }

    /// Clicks what has this role and name.
    pub(crate) async fn click(&self, role: &str, name: &str) {
        let begun = Instant::now();
        loop {
            let element = self.get(role, name).await;
            match element.click().await {
                Ok(()) => return,
                // Something that belongs to it lies over its middle (a figure inside a node's frame): a person clicks where it shows.
                Err(why) if why.to_string().contains("intercepted") => {
                    let place = element.rect().await.expect("a place");
                    #[allow(clippy::cast_possible_truncation, reason = "pixels of a window")]
                    let (x, y) = (place.x as i64 + 14, place.y as i64 + 14);
                    self.driver.action_chain().move_to(x, y).click().perform().await.expect("a click");
                    return;
                }
                // It was drawn anew between finding and clicking.
                Err(why) if begun.elapsed() > PATIENCE => panic!("{role} `{name}` cannot be clicked: {why}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(60)).await,
            }
        }
    }

    /// The text of the element of this role and name.
    pub(crate) async fn text(&self, role: &str, name: &str) -> String {
        self.get(role, name).await.text().await.unwrap_or_default()
    }

    /// Waits until the text of this element passes; gives it.
    pub(crate) async fn text_when(&self, role: &str, name: &str, why: &str, fits: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let text = self.text(role, name).await;
            if fits(&text) {
                return text;
            }
            assert!(begun.elapsed() < PATIENCE, "{role} `{name}` never showed {why}; it says: {text}");
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    }

    /// Waits until an expression of JavaScript is true.
    pub(crate) async fn when(&self, expression: &str) {
        let begun = Instant::now();
        while self.try_js(expression).await != Ok(Value::Bool(true)) {
            assert!(begun.elapsed() < PATIENCE, "never true: {expression}");
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    }

    /// Presses keys where the focus is.
    pub(crate) async fn keys(&self, keys: impl Into<TypingData>) {
        self.driver.action_chain().send_keys(keys).perform().await.expect("keys");
    }

    /// Lines of the console since the last call that are warnings or worse: errors, refusals of the policy, missing files.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let lines = self.driver.browser_log().await.expect("the console's lines");
        lines
            .into_iter()
            .filter(|line| line.level == "SEVERE" || line.level == "WARNING")
            .map(|line| format!("{}: {}", line.level, line.message))
            .collect()
    }

    async fn leave_evidence(&self, name: &str) {
        let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |set| root().join(set)).join("e2e");
        let file = folder.join(format!("{name}.png"));
        std::fs::create_dir_all(&folder).ok();
        self.driver.screenshot(&file).await.ok();
        eprintln!("a picture of the failed story: {}", file.display());
        for line in self.driver.browser_log().await.unwrap_or_default() {
            eprintln!("console: {} {}", line.level, line.message);
        }
        let view = self.try_js("window.resync && JSON.stringify(window.resync.view())").await;
        eprintln!("view: {}", view.map_or_else(|why| why, |view| view.to_string()));
    }
}
