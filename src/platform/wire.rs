//! One exchange of a request for an answer: the token's origin is compared, and the answer's length is limited.

use reqwest::Method;
use url::Url;

use crate::domain::secret;

use super::authorization::Token;
use super::error::{PlatformError, quoted};
use super::transport;

/// The most bytes that an answer to a read may have.
pub(super) const READ_LIMIT: u64 = 64_000_000;

/// A request of ours, but for the token.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) url: Url,
    /// A JSON text.
    pub(super) body: Option<String>,
    /// For the sentence: `reading the bots`.
    pub(super) doing: String,
    /// The most bytes of the answer.
    pub(super) limit: u64,
}

impl Call {
    /// A GET.
    pub(super) fn read(url: Url, doing: impl Into<String>) -> Self {
        Self::new(Method::GET, url, None, doing)
    }

    /// Any call.
    pub(super) fn new(
        method: Method,
        url: Url,
        body: Option<String>,
        doing: impl Into<String>,
    ) -> Self {
        Self {
            method,
            url,
            body,
            doing: doing.into(),
            limit: READ_LIMIT,
        }
    }

    /// Sends it and reads the answer whole, whatever its status.
    pub(super) async fn exchange(
        &self,
        http: &reqwest::Client,
        token: Option<&Token>,
    ) -> Result<Answer, PlatformError> {
        let mut request = http.request(self.method.clone(), self.url.clone());
        if let Some(token) = token {
            token.check(&self.url)?;
            request = request.bearer_auth(token.text.expose());
        }
        if let Some(body) = &self.body {
            request = request
                .header(reqwest::header::CONTENT_TYPE, "application/json")
                .body(body.clone());
        }
        let host = secret::origin(&self.url);
        let response = request
            .send()
            .await
            .map_err(|error| transport::explain(error, &self.doing, &host))?;
        self.receive(response, &host).await
    }

    async fn receive(
        &self,
        mut response: reqwest::Response,
        host: &str,
    ) -> Result<Answer, PlatformError> {
        let status = response.status().as_u16();
        let mut bytes = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| transport::explain(error, &self.doing, host))?
        {
            if (bytes.len() + chunk.len()) as u64 > self.limit {
                return Err(PlatformError::TooLarge {
                    doing: self.doing.clone(),
                    limit: self.limit,
                });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Answer { status, bytes })
    }
}

/// An answer, read whole.
pub(super) struct Answer {
    pub(super) status: u16,
    bytes: Vec<u8>,
}

impl Answer {
    /// Its body, in whatever encoding, for a sentence.
    pub(super) fn words(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Whether the platform did it.
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Its body as text if it is a success.
    pub(super) fn text(self, doing: &str) -> Result<String, PlatformError> {
        if !self.is_success() {
            return Err(PlatformError::of_status(doing, self.status, &self.words()));
        }
        String::from_utf8(self.bytes).map_err(|error| PlatformError::NotJson {
            doing: doing.to_owned(),
            answer: quoted(&String::from_utf8_lossy(error.as_bytes())),
        })
    }
}
