package desk

import (
	"quietline/app/door"
	"quietline/backend/session"
)

// What the access record keeps.
const (
	sawInbox      door.Access = "inbox"
	sawThread     door.Access = "thread"
	sawPatients   door.Access = "patients"
	sawPatient    door.Access = "patient"
	sawEmergency  door.Access = "emergency"
	sawDeparture  door.Access = "departure"
	sawWhy        door.Access = "why"
	sawAttachment door.Access = "attachment"
	savedCopy     door.Access = "attachment_copied"
	sawLost       door.Access = "attachments_lost"
	sawSearch     door.Access = "search"
	sawReview     door.Access = "review"
	sawIncidents  door.Access = "incidents"
	sawIncident   door.Access = "incident"
	madePaperOf   door.Access = "paper"
	checkedPaper  door.Access = "paper_checked"
	printedPaper  door.Access = "paper_printed"
	savedPaper    door.Access = "paper_saved"
)

// Register registers every door of the program.
func (d *Desk) Register(r *door.Registry) {
	d.people = r.Attendance()
	const (
		anyone   = session.Anyone
		signedIn = session.SignedIn
	)
	// Before anyone has signed in.
	door.Add(r, door.Spec{Name: "app.state", Permission: anyone, Handed: true}, d.state)
	door.Add(r, door.Spec{Name: "clinic.create", Permission: anyone}, d.createClinic)
	door.Add(r, door.Spec{Name: "session.signIn", Permission: anyone}, d.signIn)
	door.Add(r, door.Spec{Name: "device.check", Permission: anyone}, d.checkDevice)
	door.Add(r, door.Spec{Name: "move.chooseFile", Permission: anyone}, d.chooseMove)
	door.Add(r, door.Spec{Name: "move.open", Permission: anyone}, d.openMove)
	door.Add(r, door.Spec{Name: "move.arrive", Permission: anyone}, d.arriveMove)
	door.Add(r, door.Spec{Name: "restore.open", Permission: anyone}, d.openBackup)
	door.Add(r, door.Spec{Name: "restore.run", Permission: anyone}, d.restoreClinic)
	door.Add(r, door.Spec{Name: "restore.progress", Permission: anyone}, d.restoringNow)
	door.Add(r, door.Spec{Name: "restore.stop", Permission: anyone}, d.stopRestore)
	door.Add(r, door.Spec{Name: "recovery.open", Permission: anyone}, d.openSheet)
	door.Add(r, door.Spec{Name: "recovery.bind", Permission: anyone}, d.bindDevice)

	// The session and the clinic.
	door.Add(r, door.Spec{Name: "session.lock", Permission: signedIn, Early: true, Handed: true}, d.lockNow)
	door.Add(r, door.Spec{Name: "session.standing", Permission: signedIn, Early: true}, d.sessionStanding)
	door.Add(r, door.Spec{Name: "session.stay", Permission: signedIn, Early: true, Handed: true}, d.stay)
	door.Add(r, door.Spec{Name: "session.copied", Permission: signedIn, Early: true, Handed: true}, d.copied)
	door.Add(r, door.Spec{Name: "session.confirm", Permission: signedIn, Early: true, Handed: true}, d.confirm)
	door.Add(r, door.Spec{Name: "session.handOver", Permission: session.RecordConsent}, d.handOver)
	door.Add(r, door.Spec{Name: "me.waysIn", Permission: signedIn, Early: true}, d.waysIn)
	door.Add(r, door.Spec{Name: "me.beginPhone", Permission: signedIn, Confirm: true, Early: true}, d.beginPhone)
	door.Add(r, door.Spec{Name: "me.confirmPhone", Permission: signedIn, Confirm: true, Early: true}, d.confirmPhone)
	door.Add(r, door.Spec{Name: "me.endPhone", Permission: signedIn, Confirm: true}, d.endPhone)
	door.Add(r, door.Spec{Name: "me.sawPhoneEnd", Permission: signedIn, Early: true}, d.sawPhoneEnd)
	door.Add(r, door.Spec{Name: "me.setShort", Permission: signedIn, Confirm: true}, d.setShort)
	door.Add(r, door.Spec{Name: "me.endShort", Permission: signedIn}, d.endShort)
	door.Add(r, door.Spec{Name: "clinic.showSheet", Permission: session.EditSettings, Confirm: true}, d.showSheet)
	door.Add(r, door.Spec{Name: "clinic.confirmSheet", Permission: session.EditSettings}, d.confirmSheet)
	door.Add(r, door.Spec{Name: "clinic.sheet", Permission: session.ReadSettings}, d.sheetStanding)
	door.Add(r, door.Spec{Name: "clinic.checkSheet", Permission: session.EditSettings}, d.checkSheet)
	door.Add(r, door.Spec{Name: "clinic.settings", Permission: session.ReadSettings}, d.settings)
	door.Add(r, door.Spec{Name: "clinic.saveSettings", Permission: session.EditSettings}, d.saveSettings)
	door.Add(r, door.Spec{Name: "clinic.lockSettings", Permission: session.ReadSettings}, d.lockSettings)
	door.Add(r, door.Spec{Name: "clinic.saveLockSettings", Permission: session.EditSettings, Confirm: true}, d.saveLockSettings)
	door.Add(r, door.Spec{Name: "clinic.lockChoices", Permission: session.ReadSettings}, d.lockChoices)
	door.Add(r, door.Spec{Name: "clinic.signingIn", Permission: session.ReadSettings}, d.showSigningIn)
	door.Add(r, door.Spec{Name: "clinic.saveSigningIn", Permission: session.EditSettings, Confirm: true}, d.saveSigningIn)
	door.Add(r, door.Spec{Name: "clinic.receiving", Permission: session.ReadSettings}, d.receiving)
	door.Add(r, door.Spec{Name: "clinic.saveReceiving", Permission: session.EditSettings, Confirm: true}, d.saveReceiving)
	door.Add(r, door.Spec{Name: "device.settings", Permission: signedIn}, d.deviceSettings)
	door.Add(r, door.Spec{Name: "device.saveSettings", Permission: signedIn}, d.saveDeviceSettings)
	door.Add(r, door.Spec{Name: "line.status", Permission: signedIn}, d.lineStatus)
	door.Add(r, door.Spec{Name: "line.connect", Permission: session.EditSettings, Confirm: true}, d.connectLine)
	door.Add(r, door.Spec{Name: "line.check", Permission: session.ReadTexts}, d.checkLine)
	door.Add(r, door.Spec{Name: "line.reading", Permission: signedIn}, d.lineReading)
	door.Add(r, door.Spec{Name: "line.compare", Permission: session.ReadTexts}, d.compareLine)
	door.Add(r, door.Spec{Name: "line.pauseHistory", Permission: session.EditSettings}, d.pauseHistory)
	door.Add(r, door.Spec{Name: "line.standstill", Permission: signedIn}, d.standstill)
	door.Add(r, door.Spec{Name: "line.review", Permission: session.AcceptLoss, Access: sawReview}, d.listReview)
	door.Add(r, door.Spec{Name: "line.signReview", Permission: session.AcceptLoss, Confirm: true}, d.signReview)
	door.Add(r, door.Spec{Name: "line.useThisCopy", Permission: session.AcceptLoss, Confirm: true}, d.useThisCopy)
	door.Add(r, door.Spec{Name: "line.settleSender", Permission: session.EditSettings}, d.settleSender)
	door.Add(r, door.Spec{Name: "line.usage", Permission: session.EditSettings}, d.lineUsage)
	door.Add(r, door.Spec{Name: "line.purging", Permission: session.ReadSettings}, d.showPurging)
	door.Add(r, door.Spec{Name: "line.setPurging", Permission: session.EditSettings, Confirm: true}, d.setPurging)

	// A real account, from nothing to live, and what it answers outside of the hours.
	door.Add(r, door.Spec{Name: "live.status", Permission: session.ReadSettings}, d.live)
	door.Add(r, door.Spec{Name: "live.readKey", Permission: session.EditSettings}, d.readKey)
	door.Add(r, door.Spec{Name: "live.useKey", Permission: session.EditSettings, Confirm: true}, d.useKey)
	door.Add(r, door.Spec{Name: "live.numbers", Permission: session.EditSettings}, d.accountNumbers)
	door.Add(r, door.Spec{Name: "live.useNumber", Permission: session.EditSettings}, d.useNumber)
	door.Add(r, door.Spec{Name: "live.recordAgreement", Permission: session.EditSettings}, d.recordAgreement)
	door.Add(r, door.Spec{Name: "live.prove", Permission: session.EditSettings}, d.prove)
	door.Add(r, door.Spec{Name: "live.lookForProof", Permission: session.EditSettings}, d.lookForProof)
	door.Add(r, door.Spec{Name: "live.withoutReply", Permission: session.EditSettings}, d.withoutReply)
	door.Add(r, door.Spec{Name: "live.check", Permission: session.EditSettings}, d.checkLive)
	door.Add(r, door.Spec{Name: "live.go", Permission: session.EditSettings, Confirm: true}, d.goLive)
	door.Add(r, door.Spec{Name: "line.disconnect", Permission: session.EditSettings, Confirm: true}, d.disconnect)
	door.Add(r, door.Spec{Name: "pictures.status", Permission: session.ReadSettings}, d.pictures)
	door.Add(r, door.Spec{Name: "pictures.try", Permission: session.EditSettings}, d.tryPictures)
	door.Add(r, door.Spec{Name: "pictures.confirm", Permission: session.EditSettings}, d.confirmPictures)
	door.Add(r, door.Spec{Name: "pictures.off", Permission: session.EditSettings}, d.endPictures)
	door.Add(r, door.Spec{Name: "afterHours.get", Permission: session.ReadSettings}, d.afterHours)
	door.Add(r, door.Spec{Name: "afterHours.save", Permission: session.EditSettings}, d.saveAfterHours)

	// The health of the records, and what is found instead of them.
	door.Add(r, door.Spec{Name: "health.status", Permission: signedIn}, d.health)
	door.Add(r, door.Spec{Name: "health.check", Permission: signedIn}, d.checkNow)
	door.Add(r, door.Spec{Name: "health.cancel", Permission: signedIn}, d.cancelCheck)
	door.Add(r, door.Spec{Name: "health.remake", Permission: signedIn}, d.remake)
	door.Add(r, door.Spec{Name: "health.attachments", Permission: session.ReadTexts, Access: sawLost}, d.lostAttachments)
	door.Add(r, door.Spec{Name: "health.goOn", Permission: session.AcceptLoss, Confirm: true}, d.goOn)
	door.Add(r, door.Spec{Name: "health.goingOn", Permission: session.AcceptLoss}, d.goingOn)
	door.Add(r, door.Spec{Name: "health.close", Permission: session.ExportRecords}, d.closeForDamage)
	door.Add(r, door.Spec{Name: "health.export", Permission: session.ExportRecords, Confirm: true}, d.export)
	door.Add(r, door.Spec{Name: "health.exporting", Permission: session.ExportRecords}, d.exporting)
	door.Add(r, door.Spec{Name: "health.stopExport", Permission: session.ExportRecords}, d.stopExport)

	// Backups. Whoever works here sees that they are made, and may ask for one.
	door.Add(r, door.Spec{Name: "backup.status", Permission: session.ReadSettings}, d.backups)
	door.Add(r, door.Spec{Name: "backup.copies", Permission: session.ReadSettings}, d.backupCopies)
	door.Add(r, door.Spec{Name: "backup.run", Permission: session.ReadSettings}, d.backupNow)
	door.Add(r, door.Spec{Name: "backup.add", Permission: session.EditSettings, Confirm: true}, d.addBackup)
	door.Add(r, door.Spec{Name: "backup.remove", Permission: session.EditSettings, Confirm: true}, d.removeBackup)
	door.Add(r, door.Spec{Name: "backup.rejoin", Permission: session.EditSettings, Confirm: true}, d.rejoinBackup)
	door.Add(r, door.Spec{Name: "drill.status", Permission: session.ReadSettings}, d.drills)
	door.Add(r, door.Spec{Name: "drill.run", Permission: session.ReadSettings}, d.runDrill)
	door.Add(r, door.Spec{Name: "drill.stop", Permission: session.ReadSettings}, d.stopDrill)
	door.Add(r, door.Spec{Name: "drill.saw", Permission: session.ReadSettings}, d.sawDrill)
	door.Add(r, door.Spec{Name: "drill.saveDays", Permission: session.EditSettings}, d.saveDrillDays)
	door.Add(r, door.Spec{Name: "folder.choose", Permission: anyone}, d.chooseFolder)

	// Another computer.
	door.Add(r, door.Spec{Name: "move.begin", Permission: session.MoveClinic, Confirm: true}, d.beginMove)
	door.Add(r, door.Spec{Name: "move.takeBack", Permission: session.MoveClinic, Confirm: true}, d.takeBack)

	// Texts.
	door.Add(r, door.Spec{Name: "inbox.list", Permission: session.ReadTexts, Access: sawInbox}, d.inbox)
	door.Add(r, door.Spec{Name: "search.find", Permission: session.ReadTexts, Access: sawSearch}, d.search)
	door.Add(r, door.Spec{Name: "thread.open", Permission: session.ReadTexts, Access: sawThread}, d.openThread)
	door.Add(r, door.Spec{Name: "thread.markRead", Permission: session.ReadTexts}, d.markRead)
	door.Add(r, door.Spec{Name: "thread.markNotPatient", Permission: session.EditPatients}, d.markNotPatient)
	door.Add(r, door.Spec{Name: "thread.saveDraft", Permission: session.SendTexts}, d.saveDraft)
	door.Add(r, door.Spec{Name: "thread.addPicture", Permission: session.SendTexts, Access: sawThread}, d.addPicture)
	door.Add(r, door.Spec{Name: "thread.removePicture", Permission: session.SendTexts}, d.removePicture)
	door.Add(r, door.Spec{Name: "thread.picture", Permission: session.SendTexts, Access: sawThread}, d.draftPicture)
	door.Add(r, door.Spec{Name: "text.check", Permission: session.SendTexts, Access: sawThread}, d.checkText)
	door.Add(r, door.Spec{Name: "text.price", Permission: session.SendTexts}, d.textPrice)
	door.Add(r, door.Spec{Name: "text.send", Permission: session.SendTexts, Access: sawThread}, d.sendText)
	door.Add(r, door.Spec{Name: "text.firstAnswers", Permission: session.SendTexts, Access: sawThread}, d.firstAnswers)
	door.Add(r, door.Spec{Name: "text.lift", Permission: session.LiftLimits, Access: sawThread}, d.liftText)
	door.Add(r, door.Spec{Name: "text.sendFirst", Permission: session.SendTexts, Access: sawThread}, d.sendFirst)
	door.Add(r, door.Spec{Name: "text.resolve", Permission: session.ConfirmTexts, Access: sawThread}, d.resolveText)
	door.Add(r, door.Spec{Name: "text.held", Permission: session.ConfirmTexts, Access: sawThread}, d.heldTexts)
	door.Add(r, door.Spec{Name: "text.resolveAll", Permission: session.ConfirmTexts, Access: sawThread}, d.resolveAll)
	door.Add(r, door.Spec{Name: "text.why", Permission: session.ReadTexts, Access: sawWhy}, d.why)

	door.Add(r, door.Spec{Name: "attachment.previews", Permission: session.ReadTexts, Access: sawThread}, d.previews)
	door.Add(r, door.Spec{Name: "attachment.open", Permission: session.ReadTexts, Access: sawAttachment}, d.openAttachment)
	door.Add(r, door.Spec{Name: "attachment.saveCopy", Permission: session.ReadTexts, Access: savedCopy}, d.saveCopy)
	door.Add(r, door.Spec{Name: "attachment.fetchAgain", Permission: session.ReadTexts, Access: sawThread}, d.fetchAgain)

	// Patients and consent.
	door.Add(r, door.Spec{Name: "patient.list", Permission: session.ReadPatients, Access: sawPatients}, d.patients)
	door.Add(r, door.Spec{Name: "patient.get", Permission: session.ReadPatients, Access: sawPatient}, d.patient)
	door.Add(r, door.Spec{Name: "patient.add", Permission: session.EditPatients, Access: sawPatient}, d.addPatient)
	door.Add(r, door.Spec{Name: "care.assign", Permission: session.AssignCare, Access: sawPatient}, d.assignCare)
	door.Add(r, door.Spec{Name: "care.end", Permission: session.AssignCare, Access: sawPatient}, d.endCare)
	door.Add(r, door.Spec{Name: "care.restrict", Permission: session.RestrictCare, Access: sawPatient}, d.restrictCare)
	door.Add(r, door.Spec{Name: "care.waiting", Permission: session.AssignCare, Access: sawPatients}, d.waitingPatients)
	door.Add(r, door.Spec{Name: "care.covers", Permission: session.ArrangeCover}, d.covers)
	door.Add(r, door.Spec{Name: "care.cover", Permission: session.ArrangeCover}, d.arrangeCover)
	door.Add(r, door.Spec{Name: "care.endCover", Permission: session.ArrangeCover}, d.endCover)
	door.Add(r, door.Spec{Name: "emergency.open", Permission: session.OpenEmergency, Access: sawEmergency}, d.openEmergency)
	door.Add(r, door.Spec{Name: "emergency.list", Permission: session.ReviewEmergency, Access: sawEmergency}, d.emergencies)
	door.Add(r, door.Spec{Name: "emergency.review", Permission: session.ReviewEmergency, Access: sawEmergency}, d.reviewEmergency)
	door.Add(r, door.Spec{Name: "consent.forms", Permission: session.ReadPatients}, d.forms)
	door.Add(r, door.Spec{Name: "consent.recordPaper", Permission: session.RecordConsent}, d.recordPaper)
	door.Add(r, door.Spec{Name: "consent.sign", Permission: session.RecordConsent, Access: sawPatient, Handed: true}, d.signConsent)
	door.Add(r, door.Spec{Name: "consent.note", Permission: session.RecordConsent, Access: sawPatient}, d.noteConsent)
	door.Add(r, door.Spec{Name: "consent.canAsk", Permission: session.RecordConsent, Access: sawPatient}, d.canAsk)
	door.Add(r, door.Spec{Name: "consent.askByText", Permission: session.RecordConsent, Access: sawPatient}, d.askByText)
	door.Add(r, door.Spec{Name: "round.people", Permission: session.AskMany, Access: sawPatients}, d.roundPeople)
	door.Add(r, door.Spec{Name: "round.begin", Permission: session.AskMany}, d.beginRound)
	door.Add(r, door.Spec{Name: "round.standing", Permission: session.AskMany}, d.roundStanding)
	door.Add(r, door.Spec{Name: "round.earlier", Permission: session.AskMany}, d.earlierRounds)
	door.Add(r, door.Spec{Name: "round.who", Permission: session.AskMany, Access: sawPatients}, d.roundWho)
	door.Add(r, door.Spec{Name: "round.callOff", Permission: session.AskMany}, d.callOffRound)
	door.Add(r, door.Spec{Name: "consent.doubts", Permission: session.ReadTexts, Access: sawThread}, d.listDoubts)
	door.Add(r, door.Spec{Name: "consent.settleDoubt", Permission: session.RecordConsent, Access: sawThread}, d.settleDoubt)
	door.Add(r, door.Spec{Name: "consent.narrow", Permission: session.RecordConsent, Access: sawPatient}, d.narrowConsent)
	door.Add(r, door.Spec{Name: "consent.pause", Permission: session.RecordConsent, Access: sawPatient}, d.pauseConsent)
	door.Add(r, door.Spec{Name: "consent.resume", Permission: session.RecordConsent, Access: sawPatient}, d.resumeConsent)
	door.Add(r, door.Spec{Name: "consent.history", Permission: session.ReadPatients, Access: sawPatient}, d.consentHistory)
	door.Add(r, door.Spec{Name: "consent.todo", Permission: session.ReadPatients, Access: sawPatients}, d.consentTodos)
	door.Add(r, door.Spec{Name: "number.add", Permission: session.EditPatients, Access: sawPatient}, d.addNumber)
	door.Add(r, door.Spec{Name: "number.hold", Permission: session.RecordConsent, Access: sawPatient}, d.holdNumber)
	door.Add(r, door.Spec{Name: "number.release", Permission: session.RecordConsent, Access: sawPatient}, d.releaseNumber)
	door.Add(r, door.Spec{Name: "thread.putBack", Permission: session.RecordConsent}, d.putTextsBack)
	door.Add(r, door.Spec{Name: "number.askCode", Permission: session.RecordConsent, Access: sawPatient}, d.askNumberCode)
	door.Add(r, door.Spec{Name: "clinic.texting", Permission: session.ReadSettings}, d.textingRules)
	door.Add(r, door.Spec{Name: "clinic.saveTexting", Permission: session.SetTexting, Confirm: true}, d.saveTextingRules)
	door.Add(r, door.Spec{Name: "form.words", Permission: session.ReadPatients, Access: sawPatient, Handed: true}, d.formWords)
	door.Add(r, door.Spec{Name: "form.preview", Permission: session.EditForms}, d.previewForm)
	door.Add(r, door.Spec{Name: "form.save", Permission: session.EditForms}, d.saveForm)
	door.Add(r, door.Spec{Name: "form.review", Permission: session.EditForms}, d.reviewForm)
	door.Add(r, door.Spec{Name: "form.retire", Permission: session.EditForms}, d.retireForm)
	door.Add(r, door.Spec{Name: "words.ready", Permission: session.ReadPatients}, d.readyWords)
	door.Add(r, door.Spec{Name: "words.save", Permission: session.EditForms}, d.saveWords)
	door.Add(r, door.Spec{Name: "form.wanted", Permission: session.EditForms}, d.formWanted)
	door.Add(r, door.Spec{Name: "form.attach", Permission: session.EditForms}, d.attachForm)
	door.Add(r, door.Spec{Name: "form.open", Permission: session.ReadPatients}, d.openForm)
	door.Add(r, door.Spec{Name: "file.part", Permission: session.ReadPatients}, d.filePart)
	door.Add(r, door.Spec{Name: "scan.add", Permission: session.RecordConsent, Access: sawPatient}, d.addScan)
	door.Add(r, door.Spec{Name: "scan.open", Permission: session.ReadPatients, Access: sawPatient}, d.openScan)
	door.Add(r, door.Spec{Name: "scan.putAside", Permission: session.RecordConsent, Access: sawPatient}, d.putScanAside)
	door.Add(r, door.Spec{Name: "consent.revoke", Permission: session.RecordConsent, Access: sawPatient}, d.revokeConsent)

	// A text that went to the wrong person.
	door.Add(r, door.Spec{Name: "incident.report", Permission: session.ReportIncident, Access: sawIncident}, d.reportIncident)
	door.Add(r, door.Spec{Name: "incident.list", Permission: session.ReportIncident, Access: sawIncidents}, d.incidents)
	door.Add(r, door.Spec{Name: "incident.standing", Permission: session.CloseIncident}, d.incidentStanding)
	door.Add(r, door.Spec{Name: "incident.get", Permission: session.ReportIncident, Access: sawIncident}, d.incident)
	door.Add(r, door.Spec{Name: "incident.note", Permission: session.ReportIncident, Access: sawIncident}, d.noteIncident)
	door.Add(r, door.Spec{Name: "incident.decideNumber", Permission: session.ReportIncident, Access: sawIncident}, d.decideNumber)
	door.Add(r, door.Spec{Name: "incident.assess", Permission: session.CloseIncident, Access: sawIncident}, d.assessIncident)
	door.Add(r, door.Spec{Name: "incident.tell", Permission: session.CloseIncident, Access: sawIncident}, d.tellOfIncident)
	door.Add(r, door.Spec{Name: "incident.close", Permission: session.CloseIncident, Access: sawIncident}, d.closeIncident)
	door.Add(r, door.Spec{Name: "incident.saveDays", Permission: session.CloseIncident}, d.saveNoticeDays)

	// Paper.
	door.Add(r, door.Spec{Name: "paper.consent", Permission: session.ReadPatients, Access: madePaperOf}, d.consentPaper)
	door.Add(r, door.Spec{Name: "paper.form", Permission: session.ReadPatients, Access: madePaperOf}, d.formPaper)
	door.Add(r, door.Spec{Name: "paper.register", Permission: session.PrintRegister, Access: madePaperOf}, d.registerPaper)
	door.Add(r, door.Spec{Name: "paper.people", Permission: session.PrintRegister, Access: sawPatients}, d.registerList)
	door.Add(r, door.Spec{Name: "paper.texts", Permission: session.ReadTexts, Access: madePaperOf}, d.textsPaper)
	door.Add(r, door.Spec{Name: "paper.incident", Permission: session.ReportIncident, Access: madePaperOf}, d.incidentPaper)
	door.Add(r, door.Spec{Name: "paper.verify", Permission: session.ReadPatients, Access: checkedPaper}, d.verifyPaper)
	door.Add(r, door.Spec{Name: "paper.part", Permission: session.ReadPatients}, d.paperPart)
	door.Add(r, door.Spec{Name: "paper.print", Permission: session.ReadPatients, Access: printedPaper}, d.printPapers)
	door.Add(r, door.Spec{Name: "paper.save", Permission: session.ReadPatients, Access: savedPaper}, d.savePapers)

	// The staff.
	door.Add(r, door.Spec{Name: "session.changePassphrase", Permission: signedIn}, d.changePassphrase)
	door.Add(r, door.Spec{Name: "staff.list", Permission: session.ManageStaff}, d.staff)
	door.Add(r, door.Spec{Name: "staff.add", Permission: session.ManageStaff, Confirm: true}, d.addMember)
	door.Add(r, door.Spec{Name: "staff.changeRole", Permission: session.ManageStaff, Confirm: true}, d.changeRole)
	door.Add(r, door.Spec{Name: "staff.setPassphrase", Permission: session.ManageStaff, Confirm: true}, d.setPassphrase)
	door.Add(r, door.Spec{Name: "staff.endPhone", Permission: session.ManageStaff, Confirm: true}, d.endPhoneOf)
	door.Add(r, door.Spec{Name: "staff.departure", Permission: session.ManageStaff, Access: sawDeparture}, d.departure)
	door.Add(r, door.Spec{Name: "staff.leave", Permission: session.ManageStaff, Confirm: true}, d.letGo)
}
