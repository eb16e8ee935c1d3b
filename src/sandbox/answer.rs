//! Answers: JSON, and refusals as a status with a sentence.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{ALLOW, HeaderValue, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::body::BodyError;

/// Why a call is refused: `{"Error": sentence}` with a status.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
    allow: Option<&'static str>,
}

impl Refusal {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            allow: None,
        }
    }

    /// 400.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 401.
    pub(super) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "the token is missing, wrong or expired",
        )
    }

    /// 403.
    pub(super) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// 404.
    pub(super) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{what} was not found"))
    }

    /// 405 with `Allow`.
    pub(super) fn not_allowed(allow: &'static str) -> Self {
        Self {
            allow: Some(allow),
            ..Self::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "this verb is not allowed here",
            )
        }
    }

    /// 408.
    pub(super) fn too_slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "the body did not arrive within 30 seconds",
        )
    }

    /// Whether the sandbox itself failed, rather than what was asked of it.
    pub(super) fn is_internal(&self) -> bool {
        self.status.is_server_error()
    }

    /// Why, in a sentence.
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// 500; what is wrong goes to the log.
    pub(super) fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "the sandbox could not handle a call");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the sandbox could not handle the call; its log says why",
        )
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::internal(error)
    }
}

impl From<BodyError> for Refusal {
    fn from(error: BodyError) -> Self {
        Self::invalid(error.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(json!({"Error": self.message}))).into_response();
        let headers = response.headers_mut();
        if let Some(allow) = self.allow {
            headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
