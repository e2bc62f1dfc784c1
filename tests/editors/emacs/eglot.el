;;; eglot.el --- What a user of eglot sees, by the commands of docs/start/emacs.md  -*- lexical-binding: t -*-

(require 'eglot)
(setq eglot-sync-connect 10 eglot-confirm-server-edits nil)

(defun start ()
  (ignore-errors (apply #'eglot (eglot--guess-contact)))
  (unless (check "eglot manages the document" (and (derived-mode-p 'yaml-mode) (wait #'eglot-managed-p)))
    (finish)))

(defun found ()
  "The findings, each with the text that is marked."
  (mapcar (lambda (it)
            (cons (buffer-substring-no-properties (flymake-diagnostic-beg it) (flymake-diagnostic-end it))
                  (flymake-diagnostic-text it)))
          (flymake-diagnostics)))

(defun send-edits ()
  "Do what Emacs does when nobody types, which in batch is never."
  (eglot--signal-textDocument/didChange))

(open-document "orders.asyncapi.yaml")
(start)
(flymake-start)
(let* ((finding (car (wait #'found)))
       (on "'#/components/securitySchemes/acount'"))
  (check "the finding is on the reference, and not more" (and (equal (car finding) on) (= 1 (length (found)))) (found))
  (check "and says what is meant" (string-match-p "did you mean .*account" (cdr finding)) finding))

(go-to "scramSha512")
(let (explained)
  (eglot-hover-eldoc-function (lambda (text &rest _) (setq explained text)))
  (check "a scheme type is explained" (wait (lambda () (string-match-p "SCRAM" explained))) explained))

(go-to "#/components")
(let ((last-nonmenu-event ?\r) ; by the keyboard, not by the mouse
      (completing-read-function (lambda (_prompt all &rest _) (car (car all)))))
  (eglot-code-action-quickfix (point)))
(send-edits)
(check "the fix makes the edit" (has "'#/components/securitySchemes/account'") (text))
(check "and the finding goes" (wait (lambda () (null (found)))) (found))

(go-to "account:")
(check "a scheme and its use are listed"
       (equal 2 (length (xref-backend-references 'eglot (xref-backend-identifier-at-point 'eglot)))))
(eglot-rename "broker")
(send-edits)
(check "a scheme is renamed where it is declared and used"
       (and (has "    broker:") (has "securitySchemes/broker'") (not (has "account"))) (text))
(go-to "securitySchemes/broker")
(check "the declaration is found"
       (let ((there (xref-location-marker (xref-item-location (car (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot)))))))
         (save-excursion (goto-char there) (looking-at-p "broker:"))))

(go-to "securitySchemes:\n" t)
(insert "    staff:\n      type: scramSha25\n") ; eglot would find scramSha2 in scramSha512
(backward-char)
(send-edits)
(completion-at-point)
(check "the type of a scheme is completed" (has "type: scramSha256") (text))

(set-buffer-modified-p nil)
(open-document "broken.asyncapi.yaml")
(start)
(flymake-start)
(check "a finding behind an umlaut and an emoji is on its text"
       (wait (lambda () (assoc "guests.example.com/.well-known/openid-configuration" (found)))) (found))
(let ((server (eglot-current-server)))
  (eglot-shutdown server)
  (check "the server stops when asked" (wait (lambda () (not (jsonrpc-running-p server))))))
(finish)

;;; eglot.el ends here
