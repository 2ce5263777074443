//! HTTP: paths, headers, bodies. Each handler says who, what, on what, and what is answered; the rules are elsewhere.

#![expect(
    unused_qualifications,
    reason = "utoipa names a handler's query type by its full path"
)]

mod audit;
mod body;
mod callbacks;
mod charges;
mod codes;
mod copies;
mod create;
mod documents;
mod download;
mod events;
mod links;
mod list;
mod member_callbacks;
mod multipart;
mod operator;
mod page;
mod phone;
mod pictures;
mod pki;
mod portal;
mod range;
mod reply;
mod report;
mod requests;
mod schema;
mod send;
mod upload;
mod usage;
mod verify;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every operation of the service, for the server and for its document.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(create::create_signature_request)
        .service(requests::update_signature_request)
        .service(requests::set_callback)
        .service(requests::delete_signature_request)
        .service(multipart::create_from_form)
        .service(upload::upload_document)
        .service(documents::document_metadata)
        .service(pictures::page_picture)
        .service(documents::download_document)
        .service(documents::download_document_rest)
        .service(documents::delete_document)
        .service(send::send_document)
        .service(send::download_shared_document)
        .service(report::document_report)
        .service(documents::list_documents)
        .service(audit::audit_page)
        .service(audit::original_file)
        .service(audit::request_audit)
        .service(audit::request_original)
        .service(callbacks::list_callbacks)
        // Before the pattern that would take its name for an id.
        .service(callbacks::recover_callbacks)
        .service(callbacks::read_callback)
        .service(callbacks::resend_callback)
        .service(callbacks::read_callback_secret)
        .service(verify::verify_file)
        .service(verify::verify_page)
        .service(verify::verify_for_anybody)
        .service(links::open_document)
        .service(links::view_document)
        .service(links::view_document_file)
        .service(links::thank_you_page)
        .service(codes::code_status)
        .service(codes::send_code)
        .service(codes::check_code)
        .service(page::open_for_signing)
        .service(page::file_for_signing)
        .service(pictures::page_picture_for_signing)
        .service(page::submit)
        .service(page::submission_standing)
        .service(page::cancel)
        .service(phone::follow_phone)
        .service(copies::signed_copy)
        .service(copies::mail_copy)
        .service(pki::root_certificate)
        .service(pki::revocation_list)
        .service(portal::list_signature_requests)
        .service(portal::document_file)
        .service(member_callbacks::list_callbacks_for_members)
        .service(member_callbacks::resend_callback_for_members)
        .service(member_callbacks::callback_secret_for_members)
        .service(pictures::document_page_picture)
        // Before the pattern that would take its name for an id.
        .service(charges::registered_charges)
        .service(charges::look_up_charge)
        .service(charges::look_up_charge_of_request)
        .service(charges::tombstone_charge)
        .service(charges::look_up_verdicts)
        .service(usage::drain_usage)
        .service(usage::counters)
        .service(operator::list_sealing_jobs)
        .service(operator::try_sealing_job)
        .service(operator::self_test)
        .service(operator::list_messages)
        .service(events::take_event)
        .service(events::health)
        // Last: its pattern would stand in for any other path of one segment.
        .service(links::open_document_short);
}
