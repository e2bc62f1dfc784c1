;;; lsp-mode.el --- What a user of lsp-mode sees, by the snippet of docs/start/emacs.md  -*- lexical-binding: t -*-

(require 'lsp-mode)
;; Who is not there cannot say where the project begins.
(setq lsp-auto-guess-root t lsp-guess-root-without-session t lsp-restart 'ignore lsp-enable-snippet nil
      lsp-enable-suggest-server-download nil)

(defun found ()
  "The findings of the document as `((TEXT . MESSAGE)...)', with the text that is marked."
  (mapcar (lambda (it)
            (let ((range (lsp-get it :range)))
              (cons (buffer-substring-no-properties (lsp--position-to-point (lsp-get range :start))
                                                    (lsp--position-to-point (lsp-get range :end)))
                    (lsp-get it :message))))
          (lsp--get-buffer-diagnostics)))

(open-document "orders.asyncapi.yaml")
(ignore-errors (lsp))
(unless (check "lsp-mode starts the server" (wait (lambda () (lsp-feature? "textDocument/hover"))))
  (finish))
(let ((finding (car (wait #'found))))
  (check "the finding is on the reference, and not more" (equal (car finding) "'#/components/securitySchemes/acount'") (found))
  (check "and says what is meant" (string-match-p "did you mean .*account" (or (cdr finding) "")) finding))

(go-to "scramSha512")
(check "a scheme type is explained"
       (string-match-p "SCRAM" (format "%s" (lsp-request "textDocument/hover" (lsp--text-document-position-params)))))

(go-to "#/components")
(let ((fix (car (lsp-code-actions-at-point))))
  (lsp-execute-code-action fix)
  (check "the fix makes the edit" (has "'#/components/securitySchemes/account'") (text))
  (check "and the finding goes" (wait (lambda () (null (found)))) (found)))

(go-to "account:")
(lsp-rename "broker")
(check "a scheme is renamed where it is declared and used"
       (and (has "    broker:") (has "securitySchemes/broker'") (not (has "account"))) (text))

(go-to "securitySchemes:\n" t)
(insert "    staff:\n      type: scramSha2\n")
(backward-char)
(let ((completion-styles '(basic)))
  (completion-at-point))
(check "the type of a scheme is completed" (has "type: scramSha256") (text))

(set-buffer-modified-p nil)
(finish)

;;; lsp-mode.el ends here
