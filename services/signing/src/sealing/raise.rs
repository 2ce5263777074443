//! Seals one document and raises the seal to the level that the operator chose, all before anybody sees it.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use domain::{Clock, TenantId, Timestamp};
use pdf::{Expected, SealInput, Sealed, SignFailed};
use pdf_worker::jobs::SealOrder;
use pki::{Certificate, Gathering, SealIdentity, TimeStampToken, ValidationData};

use super::http::AuthorityHttp;
use super::level::{Level, Revocations};
use super::time_stamp::{StampingError, TimeStamper};
use super::{LevelConfig, StampError, chain};
use crate::desk::Desk;
use crate::engine::EngineError;
use crate::tenant::Tenant;

/// How seals are raised on this installation.
pub(crate) struct Levels {
    level: Level,
    stamper: Option<TimeStamper>,
    revocations: Revocations,
}

impl Levels {
    pub(crate) fn new(
        config: &LevelConfig,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, super::LevelConfigError> {
        let http = AuthorityHttp::new()?;
        let stamper = config
            .time_stamps
            .as_ref()
            .map(|told| TimeStamper::new(told, http.clone(), Arc::clone(clock)))
            .transpose()?;
        Ok(Self {
            level: config.level,
            stamper,
            revocations: Revocations::new(http),
        })
    }
}

impl Levels {
    /// What every seal of this installation reaches: one that cannot be raised so far is not given out.
    pub(crate) fn reached(&self) -> Level {
        match self.stamper {
            Some(_) => self.level,
            None => Level::BB,
        }
    }
}

/// One document on its way to its level.
struct Case<'a> {
    desk: &'a Desk,
    identity: SealIdentity,
    now: Timestamp,
}

/// Seals with the tenant's certificate, to the level of this installation.
pub(super) async fn seal(
    desk: &Desk,
    (tenant, told): (TenantId, &Tenant),
    bytes: Bytes,
    input: SealInput,
) -> Result<Bytes, StampError> {
    let case = Case::of(desk, tenant, told).await?;
    let levels = &desk.levels;
    let Some(stamper) = &levels.stamper else {
        return case.signed(bytes, input).await;
    };
    let (sealed, token) = case.timed(bytes, input, stamper).await?;
    if levels.level < Level::BLt {
        return Ok(sealed);
    }
    let data = case.validation_data(&token, stamper).await?;
    let workers = &desk.engine.workers;
    let proved = workers.add_validation_data(sealed, data).await;
    let proved = proved.map_err(EngineError::from)??;
    if levels.level < Level::BLta {
        return Ok(proved);
    }
    let fault = Mutex::new(None);
    let stamp = |digest| {
        let fault = &fault;
        async move {
            stamper
                .stamp(digest)
                .await
                .map_err(|error| {
                    let told = failed(&error);
                    *fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    told
                })
                .map(|token| token.der)
        }
    };
    let archived = workers
        .add_document_time_stamp(proved, stamper.room(), stamp)
        .await;
    if let Some(error) = fault.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error.into());
    }
    Ok(archived.map_err(EngineError::from)??)
}

/// Seals for trial: nobody sees the outcome, so no authority is asked.
pub(super) async fn try_out(
    desk: &Desk,
    (tenant, told): (TenantId, &Tenant),
    bytes: Bytes,
    input: SealInput,
) -> Result<(), StampError> {
    let case = Case::of(desk, tenant, told).await?;
    case.signed(bytes, input).await?;
    Ok(())
}

impl<'a> Case<'a> {
    async fn of(desk: &'a Desk, tenant: TenantId, told: &Tenant) -> Result<Self, StampError> {
        let now = desk.clock.now();
        let identity = desk.authority.seal_of(&desk.db, tenant, told, now).await?;
        Ok(Self {
            desk,
            identity,
            now,
        })
    }

    fn order(&self, input: SealInput, room: usize) -> SealOrder {
        SealOrder {
            input,
            certificate_der: self.identity.certificate_der().to_vec(),
            room: self.identity.signature_room().saturating_add(room),
            at: self.now,
        }
    }

    /// Level B-B. The key never leaves this process: the worker asks.
    async fn signed(&self, bytes: Bytes, input: SealInput) -> Result<Bytes, StampError> {
        let sign = |digest| {
            let signed = pki::signature_over(&digest, &self.identity).map_err(SignFailed::from);
            async move { signed }
        };
        let workers = &self.desk.engine.workers;
        let order = self.order(input.clone(), 0);
        let sealed = workers.seal(bytes.clone(), order, sign).await;
        let sealed = sealed.map_err(EngineError::from)??;
        self.checked(&bytes, &input, sealed).await
    }

    /// What was sealed, once it is found to be what was meant. What is appended later leaves it as it is.
    async fn checked(
        &self,
        before: &Bytes,
        input: &SealInput,
        mut sealed: Sealed,
    ) -> Result<Bytes, StampError> {
        let expected = Expected::of(input, &sealed, self.identity.certificate_der());
        let after = Bytes::from(std::mem::take(&mut sealed.bytes));
        let workers = &self.desk.engine.workers;
        let checked = workers.check_sealed(before, after.clone(), expected).await;
        checked.map_err(EngineError::from)??;
        Ok(after)
    }

    /// Level B-T: each signature with a time stamp; answers the last of them too.
    async fn timed(
        &self,
        bytes: Bytes,
        input: SealInput,
        stamper: &TimeStamper,
    ) -> Result<(Bytes, TimeStampToken), StampError> {
        let last = Mutex::new(None);
        let sign = |digest| {
            let last = &last;
            async move {
                let made = self.timed_signature(digest, stamper).await;
                let (cms, token) = match made {
                    Ok((cms, token)) => (Ok(cms), Ok(token)),
                    Err(error) => (Err(failed(&error)), Err(error)),
                };
                *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
                cms
            }
        };
        let order = self.order(input.clone(), stamper.room());
        let workers = &self.desk.engine.workers;
        let sealed = workers.seal(bytes.clone(), order, sign).await;
        let last = last.into_inner().unwrap_or_else(PoisonError::into_inner);
        // The authority's own fault says more than that the signature is missing.
        let token = last.transpose()?;
        let sealed = sealed.map_err(EngineError::from)??;
        let sealed = self.checked(&bytes, &input, sealed).await?;
        Ok((sealed, token.ok_or(StampError::Unstamped)?))
    }

    async fn timed_signature(
        &self,
        digest: [u8; 32],
        stamper: &TimeStamper,
    ) -> Result<(Vec<u8>, TimeStampToken), StampingError> {
        let cms = pki::signature_over(&digest, &self.identity)?;
        let token = stamper.stamp(pki::signature_digest(&cms)?).await?;
        Ok((pki::with_time_stamp(&cms, &token)?, token))
    }

    /// What proves the seal's chain and the time-stamping authority's.
    async fn validation_data(
        &self,
        token: &TimeStampToken,
        stamper: &TimeStamper,
    ) -> Result<ValidationData, StampError> {
        let at_hand: [&[Certificate]; 3] =
            [self.identity.chain(), &token.certificates, stamper.roots()];
        let authority = &self.desk.authority;
        let gathering = Gathering {
            subjects: vec![
                self.identity.certificate().clone(),
                token.certificate.clone(),
            ],
            at_hand: at_hand.concat(),
            own_list: Some(authority.own_list(&self.desk.db, self.now).await?),
        };
        Ok(self.desk.levels.revocations.of(gathering, self.now).await?)
    }
}

fn failed(error: &dyn std::error::Error) -> SignFailed {
    SignFailed(chain(error))
}
