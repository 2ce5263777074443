//! Seals one document and raises the seal to the level that the operator chose, all before anybody sees it.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use domain::{Clock, TenantId, Timestamp};
use pdf::{Appended, Expected, SealInput, Sealed, SignFailed};
use pdf_worker::jobs::SealOrder;
use pki::{Certificate, Gathering, SealIdentity, TimeStampToken, ValidationData};

use super::http::AuthorityHttp;
use super::level::{Level, Revocations};
use super::time_stamp::{StampingError, TimeStamper};
use super::{LevelConfig, StampError, chain};
use crate::desk::Desk;
use crate::engine::EngineError;
use crate::failpoint;
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

    /// Asks for a time stamp that nobody needs: the host that gave it, or why there is none. Nothing where no authority is set.
    pub(crate) async fn try_time_stamp(
        &self,
        digest: [u8; 32],
    ) -> Option<Result<String, StampingError>> {
        let stamper = self.stamper.as_ref()?;
        let answer = stamper.stamp(digest).await;
        Some(answer.map(|_| stamper.host().to_owned()))
    }
}

/// One document on its way to its level.
struct Case<'a> {
    desk: &'a Desk,
    identity: SealIdentity,
    now: Timestamp,
}

/// What was made so far, and what it is to be: nobody gets it unchecked.
struct Made {
    file: Bytes,
    expected: Expected,
}

/// What the authority answered last. Its own fault says more than that the stamp is missing.
#[derive(Default)]
struct LastStamp(Mutex<Option<Result<TimeStampToken, StampingError>>>);

impl LastStamp {
    fn put(&self, answered: Result<TimeStampToken, StampingError>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(answered);
    }

    fn told(self) -> Result<Option<TimeStampToken>, StampingError> {
        let last = self.0.into_inner();
        last.unwrap_or_else(PoisonError::into_inner).transpose()
    }
}

/// Seals with the tenant's certificate, to the level of this installation. What comes out was checked as a whole: held
/// against what was served, with everything that raised it.
pub(super) async fn seal(
    desk: &Desk,
    (tenant, told): (TenantId, &Tenant),
    bytes: Bytes,
    input: SealInput,
) -> Result<Bytes, StampError> {
    let case = Case::of(desk, tenant, told).await?;
    let made = case.raised(bytes.clone(), input).await?;
    case.checked(&bytes, made).await
}

/// Seals for trial: nobody sees the outcome, so no authority is asked.
pub(super) async fn try_out(
    desk: &Desk,
    (tenant, told): (TenantId, &Tenant),
    bytes: Bytes,
    input: SealInput,
) -> Result<(), StampError> {
    let case = Case::of(desk, tenant, told).await?;
    let made = case.signed(bytes.clone(), input).await?;
    case.checked(&bytes, made).await?;
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
            room: self.identity.signature_room().saturating_add(room),
            at: self.now,
        }
    }

    async fn raised(&self, bytes: Bytes, input: SealInput) -> Result<Made, StampError> {
        let levels = &self.desk.levels;
        let Some(stamper) = &levels.stamper else {
            return self.signed(bytes, input).await;
        };
        let (mut made, token) = self.timed(bytes, input, stamper).await?;
        if Level::BLt <= levels.level {
            self.prove(&mut made, &token, stamper).await?;
        }
        if Level::BLta <= levels.level {
            self.archive(&mut made, stamper).await?;
        }
        made.file = failpoint::spoilt("signing::raised", made.file);
        Ok(made)
    }

    /// Level B-B. The key never leaves this process: the worker asks.
    async fn signed(&self, bytes: Bytes, input: SealInput) -> Result<Made, StampError> {
        let sign = |digest| {
            let signed = pki::signature_over(&digest, &self.identity).map_err(SignFailed::from);
            async move {
                failpoint::reach("signing::signing").await;
                signed
            }
        };
        let workers = &self.desk.engine.workers;
        let order = self.order(input.clone(), 0);
        let sealed = workers.seal(bytes, order, sign).await;
        Ok(self.made(&input, sealed.map_err(EngineError::from)??))
    }

    fn made(&self, input: &SealInput, mut sealed: Sealed) -> Made {
        let expected = Expected::of(input, &sealed, self.identity.certificate_der());
        Made {
            file: std::mem::take(&mut sealed.bytes).into(),
            expected,
        }
    }

    /// What was made, once it is found to be what was meant.
    async fn checked(&self, before: &Bytes, made: Made) -> Result<Bytes, StampError> {
        let Made { file, expected } = made;
        let workers = &self.desk.engine.workers;
        let checked = workers.check_sealed(before, file.clone(), expected).await;
        checked.map_err(EngineError::from)??;
        Ok(file)
    }

    /// Level B-T: each signature with a time stamp; answers the last of them too.
    async fn timed(
        &self,
        bytes: Bytes,
        input: SealInput,
        stamper: &TimeStamper,
    ) -> Result<(Made, TimeStampToken), StampError> {
        let last = LastStamp::default();
        let sign = |digest| {
            let last = &last;
            async move {
                let (cms, token) = match self.timed_signature(digest, stamper).await {
                    Ok((cms, token)) => (Ok(cms), Ok(token)),
                    Err(error) => (Err(failed(&error)), Err(error)),
                };
                last.put(token);
                cms
            }
        };
        let order = self.order(input.clone(), stamper.room());
        let workers = &self.desk.engine.workers;
        let sealed = workers.seal(bytes, order, sign).await;
        let token = last.told()?;
        let mut made = self.made(&input, sealed.map_err(EngineError::from)??);
        made.expected.raised.is_timed = true;
        Ok((made, token.ok_or(StampError::Unstamped)?))
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

    /// Level B-LT: with the proof that no certificate was revoked.
    async fn prove(
        &self,
        made: &mut Made,
        token: &TimeStampToken,
        stamper: &TimeStamper,
    ) -> Result<(), StampError> {
        let data = self.validation_data(token, stamper).await?;
        made.expected.raised.proof = Some(Appended {
            at: made.file.len(),
            what: data.clone(),
        });
        let workers = &self.desk.engine.workers;
        let proved = workers.add_validation_data(made.file.clone(), data).await;
        made.file = proved.map_err(EngineError::from)??;
        Ok(())
    }

    /// Level B-LTA: with a time stamp over all of it.
    async fn archive(&self, made: &mut Made, stamper: &TimeStamper) -> Result<(), StampError> {
        let last = LastStamp::default();
        let stamp = |digest| {
            let last = &last;
            async move {
                let (der, token) = match stamper.stamp(digest).await {
                    Ok(token) => (Ok(token.der.clone()), Ok(token)),
                    Err(error) => (Err(failed(&error)), Err(error)),
                };
                last.put(token);
                der
            }
        };
        let at = made.file.len();
        let workers = &self.desk.engine.workers;
        let archived = workers
            .add_document_time_stamp(made.file.clone(), stamper.room(), stamp)
            .await;
        let token = last.told()?;
        made.file = archived.map_err(EngineError::from)??;
        let token = token.ok_or(StampError::Unstamped)?;
        made.expected.raised.stamp = Some(Appended {
            at,
            what: token.authority_der().map_err(StampingError::from)?,
        });
        Ok(())
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
